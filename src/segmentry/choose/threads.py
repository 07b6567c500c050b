"""Independent pieces of work, side by side on the cores there are."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from segmentry.kernels import cores

__all__ = ["side_by_side"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    tell: Callable[[float], None] | None = None,
    *,
    threads: int | None = None,
) -> list[Result]:
    """Do the work for each item, several at a time.

    The linear algebra library runs on one thread meanwhile: its own threads would compete with these, and a product
    that is split between threads may round differently.

    Parameters
    ----------
    work : callable
        Must not depend on the order in which items are taken.
    items : sequence
        What to work on.
    tell : callable, optional
        Is given the share done, 0 to 1, in the calling thread.
    threads : int, optional
        How many at a time; by default as many as there are cores, up to 4. Work made of many small array operations
        wants 1: handing over the interpreter lock costs more than such an operation takes.

    Returns
    -------
    list
        Results in the order of the items.

    Examples
    --------
    >>> side_by_side(abs, [-3, 2])
    [3, 2]
    """
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads or cores()) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for count, future in enumerate(as_completed(futures), start=1):
                future.result()
                if tell is not None:
                    tell(count / len(items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]
