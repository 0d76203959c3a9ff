"""What is told of one epoch of training."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRow:
    """One line of history.csv. The val_ columns are NaN where there is no validation split."""

    epoch: int  # from 1
    lr: float  # at the last step of the epoch
    loss: float  # nats, mean over the training images as they were seen, penalty apart
    penalty: float  # weight_decay / 2 * w^2 + l1 * |w| over the weights, at the end of the epoch
    accuracy: float  # fraction of the training images, as they were seen, by their own labels
    val_loss: float  # nats
    val_accuracy: float
    val_balanced_accuracy: float
    val_macro_f1: float
    seconds: float  # of training, then of validation too
    images_per_second: float  # of training
