"""Compare segments of mixed tables with what others made of the same customers.

``python benchmarks/mixed_agreement.py`` prints the adjusted Rand index (0 by chance, 1 the same groups) and normalised
mutual information (0 to 1) between our segments and a label that they never saw, at as many segments as there are
labels. Such labels are no truth: segments may well follow something else that is in the data.
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from tables import FOLDER, TABLES, prepared

from segmentry.cluster import find_clusterer

STARTS, SEED = 10, 0

WAYS = {
    "kmeans": {},
    "kprototypes": {},
    "latent-class": {"bins": 4},
}
"""Options of the preparation beside the defaults: latent class takes no numbers, so these are cut in four."""


def main() -> None:
    """Read the options, fit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the tables lie")
    args = parser.parse_args()
    print("| table | customers | label (groups) | method | adjusted Rand | mutual information |")
    print("|---|---|---|---|---|---|")
    for name, table in TABLES.items():
        for method, options in WAYS.items():
            found = prepared(name, args.folder, **options)
            known = found.label.notna().to_numpy()
            k = int(found.label.nunique())
            clusters = find_clusterer(method).fit(
                found.points.values, k, seed=SEED, starts=STARTS, layout=found.points.layout
            )
            labels = clusters.place(found.points.values).labels[known]
            truth = np.unique(found.label[known].to_numpy(dtype=str), return_inverse=True)[1]
            rand, shared = adjusted_rand_score(truth, labels), normalized_mutual_info_score(truth, labels)
            print(
                f"| {name} | {len(truth):,} | {table.label} ({k}) | {method} | {rand:.3f} | {shared:.3f} |", flush=True
            )


if __name__ == "__main__":
    main()
