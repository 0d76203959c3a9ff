"""The reliability diagram as a picture: the share that is right over what the network claimed."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from nn.evaluation.calibration import CalibrationRow
from nn.reporting.drawing import AMBER, BLUE, SOFT, ruled, style, svg

INSIDE = 0.9  # of the width of a bin: that of its bar


def reliability_picture(
    rows: Sequence[CalibrationRow], uncalibrated: Sequence[CalibrationRow]
) -> str:
    """Bars of accuracy in each bin beside the diagonal, the same before calibration as a line.

    Below it stands how many samples each bin holds. DeGroot and Fienberg, The Comparison and
    Evaluation of Forecasters, 1983.
    """
    with style():
        figure = Figure(figsize=(5.2, 4.2), layout="constrained")
        shares, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        held = [row for row in rows if row.samples]
        before = [row for row in uncalibrated if row.samples]
        middles = [(row.above + row.to) / 2 for row in held]
        width = INSIDE / len(rows)
        shares.bar(middles, [row.accuracy for row in held], width, color=BLUE, label="calibrated")
        shares.plot(
            [row.confidence for row in before],
            [row.accuracy for row in before],
            "o-",
            color=AMBER,
            markersize=3.5,
            label="before",
        )
        shares.plot([0, 1], [0, 1], ":", color=SOFT, label="as claimed")
        shares.set(ylim=(0, 1.02), xlim=(0, 1), ylabel="share that is right")
        shares.legend(frameon=False, loc="upper left")
        counts.bar(middles, [row.samples for row in held], width, color=BLUE, alpha=0.5)
        counts.set(xlabel="probability of the class predicted", ylabel="samples")
        ruled(shares)
        ruled(counts)
        return svg(figure)
