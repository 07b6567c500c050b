"""How well a colour stands out from the paper it is drawn on."""

__all__ = ["contrast", "lightened"]

STEPS = 50


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours written ``#RRGGBB``, from 1 to 21 (WCAG 2.2).

    Examples
    --------
    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 4)


def lightened(colour: str, paper: str, least: float) -> str:
    """Mix a colour with white until it stands out from dark paper; as it is where it does.

    Parameters
    ----------
    colour, paper : str
        Written ``#RRGGBB``.
    least : float
        The contrast ratio it is to have.

    Examples
    --------
    >>> lightened("#CA7835", "#12161B", 3.0)
    '#CA7835'
    """
    parts = _parts(colour)
    for step in range(STEPS + 1):
        mixed = "#" + "".join(f"{round(part + (255 - part) * step / STEPS):02X}" for part in parts)
        if contrast(mixed, paper) >= least:
            return mixed
    return "#FFFFFF"


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
