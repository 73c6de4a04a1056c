"""What several people said of one mail, as one label."""

from collections import Counter
from collections.abc import Sequence


def agreed(answers: Sequence[str]) -> str | None:
    """The answer of most; None where nobody answered or two answers were given equally often."""
    commonest = Counter(answers).most_common(2)
    if not commonest or (len(commonest) > 1 and commonest[0][1] == commonest[1][1]):
        return None
    return commonest[0][0]
