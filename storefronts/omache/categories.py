"""The categories of contract 002 (O-Mache). They are fixed, whatever other categories the catalogue holds."""

CATEGORIES = ("electronics", "furniture", "fashions", "computing", "gaming", "kitchen", "phones", "sports")
# Maps the names of the front page's groups to categories.
GROUPS = {
    "electronics": "electronics",
    "fashions": "fashions",
    "kitchen": "kitchen",
    "computing": "computing",
    "gaming": "gaming",
    "phonestablet": "phones",
}


def slug_of(word: str) -> str:
    """Return the slug of the category that ``word`` names, in any letter case. The category need not exist."""
    word = word.lower()
    return GROUPS.get(word, word)
