"""Names as Azure Machine Learning takes them."""

import re
from dataclasses import dataclass
from typing import Self

from segmentry.errors import UsageError

__all__ = ["Names"]

ENDPOINT = re.compile(r"[a-z][a-z0-9-]{1,24}[a-z0-9]")
"""3 to 26 signs: an endpoint may have 32, and the batch endpoint's name is 6 longer."""


@dataclass(frozen=True, slots=True)
class Names:
    """What everything of one export is called.

    Parameters
    ----------
    endpoint, batch : str
        The online and the batch endpoint; each must be free in its Azure region.
    deployment : str
        Of the run, at either endpoint.
    model : str
        The registered model.
    online, jobs : str
        The environments: for the online endpoint; for batches and training.
    """

    endpoint: str
    batch: str
    deployment: str
    model: str
    online: str = "segmentry-online"
    jobs: str = "segmentry-jobs"

    @classmethod
    def of(cls, run: str, endpoint: str | None) -> Self:
        """Give the names for a run; ``endpoint`` is the one that people asked for.

        Raises
        ------
        UsageError
            Azure takes no endpoint of that name.

        Examples
        --------
        >>> names = Names.of("spring_2026", None)
        >>> names.endpoint, names.batch, names.deployment
        ('segmentry-spring-2026', 'segmentry-spring-2026-batch', 'spring-2026')
        """
        plain = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9]", "-", run.lower())).strip("-") or "run"
        name = f"segmentry-{plain}"[:26].rstrip("-") if endpoint is None else endpoint
        if not ENDPOINT.fullmatch(name):
            raise UsageError(
                f"an endpoint can't be called {name!r}",
                ["a name has 3 to 26 of a-z, 0-9 and -, begins with a letter and doesn't end with -"],
                "--endpoint customer-segments",
            )
        deployment = plain if plain[0].isalpha() else f"run-{plain}"
        deployment = deployment[:32].rstrip("-")
        return cls(
            name, f"{name}-batch", deployment if len(deployment) > 2 else f"run-{deployment}", f"segmentry-{plain}"
        )
