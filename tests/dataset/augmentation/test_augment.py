import numpy as np
import pytest
from numpy.typing import NDArray

from dataset.augment import augment, normalize
from dataset.augmentation.chance import sample_keys, split_mix
from dataset.augmentation.crop import centre_crop, random_crop, reflect
from dataset.augmentation.flip import mirror

OPERATIONS = ("crop", "flip")

IDS = [f"{(number * 0x9E3779B97F4A7C15) % 2**64:016x}".ljust(64, "0") for number in range(1, 2049)]
KEYS = sample_keys(IDS)


def images(n: int, side: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (n, side, side, 3), dtype=np.uint8)


def test_split_mix_gives_the_published_numbers() -> None:
    """The first outputs of SplitMix64 seeded with 0, of Vigna's splitmix64.c."""
    gamma = 0x9E3779B97F4A7C15
    states = np.array([0, gamma, 2 * gamma % 2**64], np.uint64)
    assert [f"{word:016x}" for word in split_mix(states)] == [
        "e220a8397b1dcdaf",
        "6e789e6aa1b965f4",
        "06c45d188009454f",
    ]


def test_a_key_is_the_first_64_bits_of_an_id() -> None:
    assert sample_keys(["0123456789abcdef" + "0" * 48]).tolist() == [0x0123456789ABCDEF]
    assert sample_keys([]).shape == (0,)


@pytest.mark.parametrize("side", [32, 36])
def test_an_image_is_augmented_the_same_whatever_the_batch(side: int) -> None:
    x, keys = images(40, side), KEYS[:40]
    order = np.random.default_rng(1).permutation(40)
    whole = augment(x, keys, size=32, seed=3, epoch=5, operations=OPERATIONS)
    mixed = augment(x[order], keys[order], size=32, seed=3, epoch=5, operations=OPERATIONS)
    alone = augment(x[7:8], keys[7:8], size=32, seed=3, epoch=5, operations=OPERATIONS)
    assert whole.shape == (40, 32, 32, 3)
    assert (mixed == whole[order]).all()
    assert (alone[0] == whole[7]).all()


def test_seed_and_epoch_change_the_choices() -> None:
    x = images(40, 36)

    def made(seed: int, epoch: int) -> bytes:
        done = augment(x, KEYS[:40], size=32, seed=seed, epoch=epoch, operations=OPERATIONS)
        return done.tobytes()

    assert len({made(0, 0), made(0, 1), made(1, 0), made(1, 1)}) == 4


def test_without_operations_the_centre_is_left_and_the_images_are_not_touched() -> None:
    x = images(5, 36)
    before = x.copy()
    plain = augment(x, KEYS[:5], size=32, seed=0, epoch=0, operations=())
    assert (plain == x[:, 2:34, 2:34]).all()
    augment(x, KEYS[:5], size=32, seed=0, epoch=0, operations=("flip",))
    assert (x == before).all()


def test_every_crop_is_a_window_of_its_image_and_all_windows_are_as_frequent() -> None:
    side, size = 6, 4
    where = np.arange(side * side, dtype=np.uint8).reshape(1, side, side, 1)
    x = np.repeat(np.repeat(where, 3, axis=3), len(KEYS), axis=0)
    cut = random_crop(np.ascontiguousarray(x), split_mix(KEYS), size)
    top, left = np.divmod(cut[:, 0, 0, 0].astype(int), side)
    for image, y, z in zip(cut, top, left, strict=True):
        assert (image == x[0, y : y + size, z : z + size]).all()
    counts = np.histogram2d(top, left, bins=3)[0]
    assert counts.sum() == len(KEYS)
    chi_square = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
    assert chi_square < 26.1  # 8 degrees of freedom, p = 0.001


def test_half_of_the_images_are_flipped_and_independently_of_the_crop() -> None:
    x = np.zeros((len(KEYS), 9, 9, 3), np.uint8)
    x[:] = np.arange(81, dtype=np.uint8).reshape(9, 9, 1)
    both = augment(x, KEYS, size=8, seed=0, epoch=0, operations=OPERATIONS)
    flipped = both[:, 0, 0, 0] > both[:, 0, 1, 0]
    low = np.minimum(both[:, 0, 0, 0], both[:, 0, 7, 0]) >= 9
    table = np.array([[np.sum(flipped & low), np.sum(flipped & ~low)],
                      [np.sum(~flipped & low), np.sum(~flipped & ~low)]])  # fmt: skip
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / table.sum()
    assert abs(flipped.mean() - 0.5) < 0.05
    assert ((table - expected) ** 2 / expected).sum() < 10.8  # 1 degree of freedom, p = 0.001


def test_mirror_turns_the_chosen_images_around() -> None:
    x = images(4, 5)
    before = x.copy()
    mirror(x, np.array([True, False, False, True]))
    assert (x[[0, 3]] == before[[0, 3], :, ::-1]).all()
    assert (x[1:3] == before[1:3]).all()


@pytest.mark.parametrize(("side", "pad"), [(32, 4), (28, 3), (9, 1), (4, 0)])
def test_reflect_is_that_of_numpy(side: int, pad: int) -> None:
    x = images(3, side)
    expected = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="reflect")
    assert (reflect(x, pad) == expected).all()


def test_normalize_agrees_with_float64_and_writes_where_it_is_told() -> None:
    x, mean, std = images(9, 36), (0.49, 0.48, 0.45), (0.2, 0.25, 0.3)
    cropped = centre_crop(x, 32)
    out = np.empty((9, 32, 32, 3), np.float32)
    assert normalize(cropped, mean, std, out=out) is out
    exact = (cropped / 255 - np.array(mean)) / np.array(std)
    assert np.abs(out - exact).max() < 5e-7
    assert out.dtype == np.float32


def test_a_channel_without_spread_is_only_centred() -> None:
    x = np.full((1, 4, 4, 3), 51, np.uint8)
    assert (
        np.abs(normalize(x, (0.2, 0.2, 0.0), (0.0, 0.0, 0.0))[0, 0, 0] - (0, 0, 0.2)).max() < 1e-7
    )
