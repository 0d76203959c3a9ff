"""One file becomes the configs of all stages; a mistake in it is told with its nearest key."""

from pathlib import Path

import pytest

from crawler.command import UsageError
from flows.config import read_plan
from tests.flows.plans import write_config


def test_every_table_becomes_the_config_of_its_stage(tmp_path: Path) -> None:
    plan = read_plan(write_config(tmp_path))
    assert plan.crawl.allow_private == ("127.0.0.1",)
    assert plan.sources[0].seeds == ("http://127.0.0.1:1/",)
    assert plan.dataset.size == 16
    assert plan.train.epochs == 2


def test_a_list_is_looked_for_beside_the_file(tmp_path: Path) -> None:
    path = write_config(tmp_path, **{"[dataset]": '[[crawl.sources]]\nlist = "a.csv"\n[dataset]'})
    with pytest.raises(UsageError, match=r"no such file or folder: .*a\.csv"):
        read_plan(path)
    (tmp_path / "a.csv").write_text("url,label\n", encoding="utf-8")
    assert read_plan(path).sources[1].list == str(tmp_path / "a.csv")


def test_layers_are_looked_for_beside_the_file(tmp_path: Path) -> None:
    path = write_config(tmp_path, model="layers.toml")
    layers = tmp_path / "layers.toml"
    layers.write_text('layers = [{ layer = "Flaten" }]', encoding="utf-8")
    with pytest.raises(UsageError, match=r"no layer is called 'Flaten'; did you mean Flatten\?"):
        read_plan(path)
    layers.write_text('layers = [{ layer = "Flatten" }]', encoding="utf-8")
    assert read_plan(path).train.model == str(layers)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("epochs", "epoch", "unknown key epoch; did you mean epochs?"),
        ("[train]", "[trian]", "unknown table [trian]; did you mean train?"),
        ("size = 16", "size = 0", "size must be at least 1 pixel, got 0"),
        ("size = 16", 'size = "big"', "size must be a whole number, got 'big'"),
        ("[[crawl.sources]]", "[crawl.sources]", "nothing to crawl"),
        ("follow", "folow", "unknown key folow; did you mean follow?"),
        ("= 8", "=", "is no valid TOML"),
        ('"small"', '"smal"', "no preset is called 'smal'; did you mean small?"),
        ('"small"', '"none.toml"', "no such file of layers: "),
    ],
)
def test_a_mistake_names_the_file_and_the_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = write_config(tmp_path, **{old: new})
    with pytest.raises(UsageError) as error:
        read_plan(path)
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)
    assert "\n" not in str(error.value)
