import numpy as np

from dataset.augmentation.mixing import mix
from tests.dataset.augmentation.photos import chance, distance_from_uniform

MANY = chance(4096)


def test_the_share_of_a_cut_image_is_exactly_one_less_the_area_that_is_gone() -> None:
    found = mix(MANY, 100, 32, ("cutmix",))
    x, others = np.zeros((4096, 32, 32, 3), np.float32), np.ones((len(found.mixed), 32, 32, 3))
    found.apply(x, others.astype(np.float32))
    assert set(np.unique(x)) == {0, 1}
    assert (1 - x[..., 0].mean(axis=(1, 2), dtype=np.float64) == found.share).all()


def test_every_second_image_is_cut_and_the_border_takes_a_part_of_an_even_area() -> None:
    """Of a side s, s - s²/4 lies inside on average; of the area s², evenly drawn, 0.3208."""
    found = mix(MANY, 100, 1024, ("cutmix",))
    gone = 1 - found.share[found.mixed]
    assert abs(len(gone) / 4096 - 0.5) < 0.03
    assert abs(gone.mean() - (1 / 2 - 1 / 5 + 1 / 48)) < 3.3 * gone.std() / len(gone) ** 0.5
    top, bottom, left, right = found.boxes[found.mixed].T
    free = (np.minimum(top, left) > 0) & (np.maximum(bottom, right) < 1024)
    assert (bottom - top == right - left)[free].all()


def test_the_share_in_a_blend_is_the_larger_of_beta_of_two_halves() -> None:
    share = mix(MANY, 100, 32, ("mixup",)).share
    arcsine = np.arcsin(np.sqrt(share)) * 2 / np.pi  # the distribution function of Beta(1/2, 1/2)
    assert distance_from_uniform(arcsine, 0.5, 1) < 1.95
    assert abs(share.mean() - (0.5 + 1 / np.pi)) < 0.01


def test_partners_are_any_samples_of_the_split() -> None:
    for operation in "mixup", "cutmix":
        found = mix(MANY, 50, 32, (operation,))
        counts = np.bincount(found.partners[found.mixed], minlength=50)
        expected = counts.mean()
        assert ((counts - expected) ** 2 / expected).sum() < 85.4  # 49 degrees of freedom, .001


def test_together_each_image_is_mixed_in_one_of_the_two_ways() -> None:
    both = mix(MANY, 100, 32, ("mixup", "cutmix"))
    cut, blend = mix(MANY, 100, 32, ("cutmix",)), mix(MANY, 100, 32, ("mixup",))
    boxed = both.boxes[:, 1] > both.boxes[:, 0]
    assert (both.share[boxed] == cut.share[boxed]).all()
    assert (both.share[~boxed & (both.share < 1)] == blend.share[~boxed & (both.share < 1)]).all()
    assert 0.4 < boxed.mean() < 0.55
    assert len(both.mixed) > 0.95 * 4096


def test_targets_are_own_and_partners_labels_by_their_shares() -> None:
    found = mix(chance(6), 4, 32, ("mixup",))
    labels, others = np.array([0, 1, 2, 0, 1, 2]), np.array([0, 2, 1, 1, 1, 0])
    soft = found.targets(labels, others, 3)
    np.testing.assert_allclose(soft.sum(axis=1), 1, rtol=1e-6)
    for row in range(6):
        expected = found.share[row] * np.eye(3)[labels[row]]
        expected += (1 - found.share[row]) * np.eye(3)[others[row]]
        np.testing.assert_allclose(soft[row], expected, atol=1e-7)


def test_a_blend_is_the_mean_of_two_images_by_share() -> None:
    found = mix(chance(8), 4, 4, ("mixup",))
    rng = np.random.default_rng(0)
    x, others = rng.normal(size=(2, 8, 4, 4, 3)).astype(np.float32)
    share = found.share[:, None, None, None]
    expected = share * x + (1 - share) * others
    found.apply(x, others)
    np.testing.assert_allclose(x, expected, atol=1e-6)


def test_without_mixing_every_share_is_whole() -> None:
    found = mix(chance(8), 4, 4, ("crop",))
    assert len(found.mixed) == 0
