"""The document's categories: fixed words, whatever else the catalogue holds."""

CATEGORIES = ("electronics", "furniture", "fashions", "computing", "gaming", "kitchen", "phones", "sports")
# The front page's groups, under the names that it has for them.
GROUPS = {
    "electronics": "electronics",
    "fashions": "fashions",
    "kitchen": "kitchen",
    "computing": "computing",
    "gaming": "gaming",
    "phonestablet": "phones",
}


def slug_of(word: str) -> str:
    """The category that a client's ``word`` names, in any letter case; it need not be one of them."""
    word = word.lower()
    return GROUPS.get(word, word)
