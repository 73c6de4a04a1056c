"""How far a share that was found may lie from the true one. Pure, on plain numbers."""

import math

_Z = 1.959964  # 95 % of a normal distribution lie within


def wilson(share: float, count: float) -> tuple[float, float]:
    """The 95 % interval of a share that was found among so many (Wilson 1927)."""
    spread = _Z**2 / count
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
