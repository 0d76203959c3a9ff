"""A convolutional network as an estimator: fit, predict, score, as scikit-learn's classifiers.

    >>> from nn import CNNClassifier
    >>> x = np.tile(np.eye(2, dtype=np.uint8), (20, 4))              # 40 rows of 8 numbers
    >>> y = np.tile(["odd", "even"], 20)
    >>> net = CNNClassifier("mlp", image_shape=(2, 2, 2), epochs=5, random_state=0)
    >>> net.fit(x, y).predict(x[:3]).tolist()
    ['odd', 'even', 'odd']

It works in pipelines, searches and cross-validation, and needs no scikit-learn itself.
"""

from typing import Any, Self

import numpy as np

from nn.architecture import expand
from nn.arrays import Array, Shape
from nn.config import TrainConfig
from nn.errors import ArchitectureError
from nn.estimator.conventions import classifier_tags, not_fitted
from nn.estimator.inputs import images_of, labels_of
from nn.estimator.parameters import Parameters
from nn.estimator.randomness import held_out, seed_of
from nn.model import Sequential
from nn.ops.softmax import softmax
from nn.training.data import SOME, TrainData, batches
from nn.training.train import Training

USUAL = TrainConfig()


class CNNClassifier(Parameters):
    """A network trained on arrays. Parameters are settings of TrainConfig, and three of its own:

    image_shape          (H, W, C) of the images that rows of X are; None: X is (N, H, W, C), or
                         has rows of any numbers, for the preset `mlp`
    validation_fraction  share of each class that picks the best epoch; 0: the last is taken
    random_state         a whole number; None: another result each time

    X may be bytes or real numbers of any scale; channels are normalised by their mean and
    deviation. After `fit`: classes_ (K,), n_features_in_, image_shape_, mean_ and std_ (C,),
    architecture_, weights_ and history_, a row an epoch.
    """

    def __init__(
        self,
        model: str = USUAL.model,
        *,
        image_shape: Shape | None = None,
        width: float = USUAL.width,
        epochs: int = USUAL.epochs,
        batch_size: int = USUAL.batch_size,
        lr: float = USUAL.lr,
        schedule: str = USUAL.schedule,
        optimizer: str = USUAL.optimizer,
        weight_decay: float | None = USUAL.weight_decay,
        label_smoothing: float = USUAL.label_smoothing,
        metric: str = USUAL.metric,
        validation_fraction: float = 0.0,
        threads: int = USUAL.threads,
        random_state: Any = None,
    ) -> None:
        self.model = model
        self.image_shape = image_shape
        self.width = width
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.schedule = schedule
        self.optimizer = optimizer
        self.weight_decay = weight_decay
        self.label_smoothing = label_smoothing
        self.metric = metric
        self.validation_fraction = validation_fraction
        self.threads = threads
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803  # scikit-learn's name
        """Learn from scratch: X (N, H * W * C) or (N, H, W, C), y (N,).

        Raises ValueError or TypeError for arrays that will not do, NNError for a model that does
        not fit them or a training that fails.
        """
        images = images_of(X, self.image_shape)
        labels = labels_of(y, len(images))
        config = self._config()
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        self.image_shape_ = images.shape[1:]
        self.n_features_in_ = images[0].size
        val = held_out(numbers, self.validation_fraction, config.seed)
        self.mean_, self.std_ = _statistics(images[~val])
        self._train(config, images, numbers, val)
        return self

    def predict_proba(self, X: Any) -> Array:  # noqa: N803
        """Probabilities of `classes_`, adding up to 1: float64 (N, K)."""
        if not hasattr(self, "weights_"):
            raise not_fitted(type(self).__name__)
        images = images_of(X, self.image_shape_)
        network = self._network()
        network.load_state(self.weights_)
        return softmax(network.logits(self._normal(images)).astype(np.float64))

    def predict(self, X: Any) -> Array:  # noqa: N803
        """The likeliest class of each: (N,), in the type of the labels that were learned."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        labels: Array = self.classes_[likeliest]
        return labels

    def score(self, X: Any, y: Any) -> float:  # noqa: N803
        """The share of X that `predict` is right about."""
        predicted = self.predict(X)
        return float(np.mean(predicted == labels_of(y, len(predicted))))

    def __sklearn_tags__(self) -> Any:
        return classifier_tags()

    def _config(self) -> TrainConfig:
        """The settings as the training takes them; raises ValueError for one that cannot be."""
        given = self.get_params()
        for name in "image_shape", "validation_fraction", "random_state":
            del given[name]
        return TrainConfig(**given, seed=seed_of(self.random_state))

    def _network(self, rng: np.random.Generator | None = None) -> Sequential:
        """The network; without `rng` its weights are still to be loaded."""
        network = Sequential.from_spec(self.architecture_)
        try:
            network.build(self.image_shape_, rng)
        except ArchitectureError as error:
            shape = " x ".join(map(str, self.image_shape_))
            raise ArchitectureError(
                f"{self.model} does not fit images of {shape} ({error}); "
                "say image_shape=(height, width, channels), or take another model"
            ) from error
        return network

    def _train(self, config: TrainConfig, images: Array, numbers: Array, val: Array) -> None:
        """Train on the samples that `val` (N,) does not mark, and keep the weights."""
        self.architecture_ = expand(self.model, classes=len(self.classes_), width=self.width)
        train, held = np.flatnonzero(~val), np.flatnonzero(val)
        data = TrainData(
            labels=numbers[train],
            images=lambda chosen, epoch: self._normal(images[train[chosen]]),
            val_labels=numbers[held],
            val_images=lambda chosen: self._normal(images[held[chosen]]),
        )
        training = Training(config, self._network(np.random.default_rng(config.seed)), data)
        self.history_ = list(training.epochs())
        self.weights_ = training.best

    def _normal(self, images: Array) -> Array:
        """Channels of mean 0 and deviation 1: float32 (N, H, W, C)."""
        normal: Array = (images.astype(np.float32) - self.mean_) / self.std_
        return normal


def _statistics(images: Array) -> tuple[Array, Array]:
    """Mean and deviation of each channel, 1 where a channel never changes: float32 (C,)."""
    mean = images.mean(axis=(0, 1, 2), dtype=np.float64)
    squares = np.zeros_like(mean)
    for part in batches(len(images), SOME):  # all at once they would take 8 bytes a number
        squares += np.square(images[part] - mean).sum(axis=(0, 1, 2))
    std = np.sqrt(squares / (images.size / len(mean)))
    return mean.astype(np.float32), np.where(std > 0, std, 1).astype(np.float32)
