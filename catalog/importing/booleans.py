"""Yes and no, as spreadsheets of many languages write them into files."""

from utils.text import fold

# A spreadsheet puts TRUE and FALSE into its own language when it saves a file that it has opened.
_TRUE = """
    TRUE yes 1 WAHR VRAI VERDADERO VERDADEIRO VERO WAAR SANT SANN SAND TOSI PRAWDA PRAVDA IGAZ DOĞRU ADEVĂRAT BENAR
    ИСТИНА ІСТИНА ΑΛΗΘΗΣ
"""
_FALSE = """
    FALSE no 0 FALSCH FAUX FALSO ONWAAR FALSKT USANN FALSK EPÄTOSI FAŁSZ NEPRAVDA HAMIS YANLIŞ FALS SALAH
    ЛОЖЬ ХИБНІСТЬ ΨΕΥΔΗΣ
"""
_MEANINGS = dict.fromkeys(map(fold, _TRUE.split()), True) | dict.fromkeys(map(fold, _FALSE.split()), False)


def meaning(word: str) -> bool | None:
    """Tell whether ``word`` says yes or no; ``None`` when it says neither."""
    return _MEANINGS.get(fold(word))
