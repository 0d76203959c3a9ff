"""Parameters of an estimator by scikit-learn's conventions: those of its constructor, as given."""

import inspect
from typing import Any, Self

from nn.arguments import nearest


class Parameters:
    """Reads and sets by name what the constructor takes, which only stores it.

    So copies can be made of an estimator that has learned nothing, and searches can vary it.
    """

    @classmethod
    def _names(cls) -> list[str]:
        return sorted(set(inspect.signature(cls).parameters))

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002  # scikit-learn's
        """The parameters by name; `deep` changes nothing, as none is an estimator."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters by name. Raises ValueError for one that there is not."""
        for name, value in parameters.items():
            if name not in self._names():
                raise ValueError(
                    f"{type(self).__name__} has no parameter {name!r}{nearest(name, self._names())}"
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        usual = inspect.signature(type(self)).parameters
        said = (
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(usual[name].default)
        )
        return f"{type(self).__name__}({', '.join(said)})"
