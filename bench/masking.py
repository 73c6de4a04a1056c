"""How well personal data is masked, on the sentences of the test: `python -m bench.masking`."""

import sys

from mail.masking.mask import KINDS
from tests.unit.mail.masking.lines import FILES, Figures, lines, measure


def main() -> int:
    """Print a table for each file, and each sentence that was masked wrongly."""
    for name in FILES:
        chosen = lines(name)
        figures = measure(chosen)
        alike = sum(not line.expected for line in chosen)
        _write(f"{name}: {len(chosen)} sentences, {alike} of them look-alikes alone")
        for kind in KINDS:
            _write(_row(kind, figures))
        _write(f"  recall {figures.recall:.4f}, precision {figures.precision:.4f}")
        for wrong in figures.wrong:
            _write(f"  wrong: {wrong}")
    return 0


def _row(kind: str, figures: Figures) -> str:
    expected, found, right = (getattr(figures, n)[kind] for n in ("expected", "found", "right"))
    return f"  {kind:<9}{expected:>4} to mask, {found:>3} masked, {right:>3} rightly"


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
