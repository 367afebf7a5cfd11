"""Tables as Markdown, and numbers as the tables show them."""


def table(heads, rows, left=1):
    """A Markdown table; the first columns are aligned to the left, the others to the right."""
    rule = ["---"] * left + ["---:"] * (len(heads) - left)
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (heads, rule, *rows)) + "\n"


def number(value, digits=3):
    """So many significant digits, thousands apart."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"
