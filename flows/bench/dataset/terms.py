"""The terms that are the same for everybody: sizes, statistics, batches."""

BATCH = 128
SIZE = 32  # pixels, of images that are augmented
BORDER = 4  # pixels they are continued by before a crop
HOLE = 8  # pixels, the side of a cutout
LARGER = 64  # pixels, of batches from a store and from photos
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)  # of CIFAR-10, 0 to 1
