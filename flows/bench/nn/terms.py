"""The terms that are the same for every contender: what is done, how much of it, and how long."""

TASKS = ("train", "inference", "cold")
MODELS = {"reference": (32, 1.0), "resnet8": (32, 1.0), "alexnet": (64, 0.25)}  # pixels, width
BATCHES = (1, 32, 128, 512)
THREADS = (1, 2)
RUNS = 3

CLASSES = 10
RATE = 1e-3  # of Adam
COLD_MODEL = TEXTBOOK_MODEL = "reference"

TURN = 0.7  # seconds that a contender works before the next one does
PAUSE = 0.05  # seconds between turns: threads that still spin come to rest
WARM = 3  # steps before anything is measured
MEMORY_BATCH = 128  # the training whose memory is measured
MEMORY_STEPS = 20  # in which memory grows to its peak; they warm up besides
FAULT_STEPS = 100  # whose page faults are counted

INSTALL = "pip install 'deeprunning[onnx,peer]'"
