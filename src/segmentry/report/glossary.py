"""What the report's words mean."""

from segmentry.markup.build import Markup, element

__all__ = ["glossary"]

WORDS = {
    "Segment": (
        "A group of customers with similar measures. They stand in the order of spend per customer, or of size where "
        "there is no money. A segment that continues one of an earlier run keeps its letter, name and colour."
    ),
    "Measure": "One figure a customer, such as the days since the last order, or one column of a customer table.",
    "Typical": "The median: half of the customers lie below it, half above. One huge order does not move it.",
    "Middle half": "From the 25th to the 75th percentile: half of the segment's customers lie between the two.",
    "Rank": "Where a value stands among all customers: 0 is the lowest, 100 the highest.",
    "Keeps its customers": (
        "Of 100 customers, how many land in the same segment when segments are rebuilt on re-drawn customers. "
        "It tests the split; it does not foretell who will stay a customer."
    ),
    "Verdict": (
        "One of four. Clear groups: the split comes back, and its segments stand clear of what data without groups "
        "give. Repeatable split: it comes back, without clear gaps. Convenience split: a useful cut of one spread. Not "
        "dependable: another draw of customers gives another answer."
    ),
    "Range": "The 5th to the 95th percentile over the rebuilds. It is not a confidence interval.",
    "A difference that counts": (
        "Cliff's delta of at least .33 in size, with the same sign in 95% of the rebuilds. Delta is the chance that a "
        "customer of the segment has a higher value than a customer of another one, less the chance of a lower value."
    ),
    "Plain rule": (
        "At most three comparisons that come near to a segment. How much it catches was measured on customers that "
        "were not used to find it."
    ),
    "Borderline": "Said of a customer who is about as near to a second segment as to the own one.",
    "At stake": "Typical order times the orders missed at each customer's own usual gap, summed over the segment.",
    "Times as often": "Lift: the share of buyers in the segment, divided by their share among all customers.",
    "Technical: cluster, k": "A segment before it was described; k is how many there are.",
    "Technical: inertia": "Sum of squared distances from customers to the centre of their cluster, in prepared units.",
    "Technical: silhouette": (
        "For each customer, how much nearer the own cluster is than the next one, from -1 to 1; then the mean "
        "(Rousseeuw 1987)."
    ),
    "Technical: margin": (
        "The silhouette less the 95th percentile of what structureless data reach, split in the same way; of three "
        "kinds of such data the strictest counts."
    ),
    "Technical: gap": (
        "How much lower the logarithm of inertia is than that of evenly spread data (Tibshirani, Walther and Hastie "
        "2001)."
    ),
    "Technical: prediction strength": (
        "Customers are halved; of the pairs that share a cluster in their own half, the share that the other half's "
        "clusters keep together, in the worst cluster (Tibshirani and Walther 2005)."
    ),
    "Technical: overlap": (
        "Jaccard's: customers in both a segment and the rebuilt one most like it, over customers in either. Up to .5 "
        "it dissolved, from .75 it is valid, from .85 highly stable (Hennig 2007)."
    ),
    "Technical: Davies-Bouldin": (
        "Spread within clusters against the distance between their centres; less is better (Davies and Bouldin 1979)."
    ),
    "Technical: Calinski-Harabasz": (
        "Variance between clusters against variance within them; more is better (Calinski and Harabasz 1974)."
    ),
}


def glossary() -> Markup:
    """Show what the words mean."""
    pairs = (element("div", element("dt", word), element("dd", meaning)) for word, meaning in WORDS.items())
    return element("section", element("h2", "Glossary"), element("dl", *pairs, class_="glossary"), id="glossary")
