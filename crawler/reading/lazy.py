"""Lazy loading: where an image keeps the addresses that a script shows when it is looked at."""

from collections.abc import Mapping

# As the scripts in use have it: lazysizes, vanilla-lazyload, WordPress, jQuery.lazyload, bLazy.
ADDRESS = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-hi-res-src")
SET = ("data-srcset", "data-lazy-srcset", "data-original-set")


def revealed(attributes: Mapping[str, str]) -> dict[str, str]:
    """`srcset` or `src`, by the name of the attribute that a script would copy there.

    Empty where nothing is hidden: then the element's own attributes count. Otherwise they hold a
    place, often the same for every image of a site, and are no image of their own.
    """
    hidden = {name: attributes[name] for name in (*SET, *ADDRESS) if _is_filled(attributes, name)}
    return {name: value for name, value in hidden.items() if "{" not in value}  # no template


def is_set(name: str) -> bool:
    """Whether this attribute holds a srcset, and not one address."""
    return name in SET or name == "srcset"


def _is_filled(attributes: Mapping[str, str], name: str) -> bool:
    value = attributes.get(name, "").strip()
    return bool(value) and not value.startswith(("data:", "#"))
