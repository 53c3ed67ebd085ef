"""The words that mail programs put around quoted text, in the languages they speak.

Every pattern is for one line (or three joined) of at most 300 characters; none has two open repetitions in a row.
The long ones are compiled at their first use, which few mails come to.
"""

import re
from enum import Enum, auto

# "wrote", as the verb of "On … X wrote:"; of two words the telling one.
_VERBS = frozenset(
    """
    wrote writes schrieb schrieben geschrieben écrit ecrit écrivait escribió escribio escriure escreveu scritto scrive
    scris schreef geschreven skrev kirjoitti kirjutas napisał napisała napisał(a) pisze napsal napsala napsal(a) napísal
    napisao napisal írta yazdı rašė rakstīja έγραψε viết написал написала написал(а) пишет писал написав пише написа
    """.split()
)
_VERBS_WITHOUT_SPACES = ("写道", "寫道", "書きました", "のメール", "작성", "كتب", "כתב")
_QUOTING = ("quoting ", "zitat von ", "citando ", "citation de ")
# How "On … wrote:" begins: a preposition, a weekday or a date.
OPENING = (
    r"(?i)[-*_ ]{0,3}(?:"
    r"(?:on|am|le|el|il|em|op|den|w dniu|dnia|dne|dňa|pe|la|på|vào|στις|sul|a|no dia|a las|quoting|zitat von|citando)\s"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|man|tir|ons|tor|fre|lør|søn|"
    r"ma|ti|ke|to|pe|la|su|пн|вт|ср|чт|пт|сб|вс)\w{0,8}[.,]"
    r"|[0-9]{1,4}[ ./年-]"
    r")"
)
# A moment as programs write it: a time of day, or a full date.
MOMENT = r"[0-9]{1,2}[:.h][0-9]{2}|(?:19|20)[0-9]{2}"
MYSELF = r"(?i)(?<!\w)(?:ich|wir|i|we|je|nous|yo|nosotros|io|noi|ik|eu|jag|jeg)(?!\w)"

SEPARATOR = re.compile(r"[ *]{0,8}[-_=*—─]{5,}[ *]{0,8}\Z")
LIST_FOOTER = re.compile(r"(?:_{20,}|-{20,})\s?\Z")

# Compared as text and not as patterns, which would take 3 ms to compile at every start of `show`.
_ORIGINAL = (
    *("original message", "original-nachricht", "originalnachricht", "original nachricht", "ursprüngliche nachricht"),
    *("urspr. nachricht", "message d'origine", "message d’origine", "message original", "mensaje original"),
    *("mensagem original", "messaggio originale", "oorspronkelijk bericht", "ursprungligt meddelande"),
    *("originalmeddelande", "opprinnelig melding", "oprindelig meddelelse", "alkuperäinen viesti"),
    *("wiadomość oryginalna", "oryginalna wiadomość", "původní zpráva", "pôvodná správa", "eredeti üzenet"),
    *("mesaj original", "orijinal mesaj", "исходное сообщение", "пересылаемое сообщение", "оригінальне повідомлення"),
    *("原始邮件", "原始郵件", "元のメッセージ", "원본 메일", "원본 메시지", "reply message", "reply"),
)
_FORWARDED = (
    *("forwarded message", "begin forwarded message", "forwarded by", "weitergeleitete nachricht"),
    *("anfang der weitergeleiteten", "weitergeleitete e-mail", "weitergeleitet von", "message transféré"),
    *("début du message transféré", "début du message réexpédié", "mensaje reenviado"),
    *("inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht"),
    *("begin doorgestuurd bericht", "vidarebefordrat", "videresendt", "mensagem encaminhada"),
    *("przekazana wiadomość", "пересланное сообщение", "转发邮件", "転送メッセージ"),
)

SENT_FROM = (
    r"(?i)[ *_]{0,3}(?:"
    r"sent (?:from|via|with|using) (?:my |a |the )?[^,.!?]{2,50}|get outlook for [^,!?]{2,50}|"
    r"(?:von|aus|mit) (?:meinem|meiner) [^,!?]{2,50} gesendet|von [^,!? ]{2,30} gesendet|"
    r"gesendet (?:von|mit|über|aus|via) [^,!?]{2,60}|"
    r"diese (?:nachricht|e-mail|mail) wurde (?:von|mit) [^,!?]{2,60} (?:gesendet|gesendet\.)|"
    r"(?:holen sie sich|laden sie) outlook für [^,!?]{2,40}|outlook für [^,!?]{2,20} beziehen|"
    r"envoyé (?:de|depuis|à partir de|avec) [^,!?]{2,50}|(?:télécharger|obtenir) outlook pour [^,!?]{2,40}|"
    r"enviado (?:desde|de|do|da|pelo) [^,!?]{2,50}|inviato da[l ][^,!?]{2,50}|"
    r"(?:verzonden|verstuurd) (?:vanaf|met|vanuit|via) [^,!?]{2,50}|"
    r"skickat från [^,!?]{2,50}|sendt fra [^,!?]{2,50}|wysłan[eo] z [^,!?]{2,50}|odesláno z [^,!?]{2,50}|"
    r"lähetetty [^,!?]{2,50}|отправлено (?:с|из) [^,!?]{2,50}|(?:私の)?iphoneから送信|发自我的.{0,20}|"
    r"[^,!? ]{2,30}['’]?[ıiuü]mdan gönderildi"
    r")(?: <[^<>]{1,200}>)?[.!*_ ]{0,3}\Z"
)

# What these lines begin with: no other line is compared with all of them.
_STARTS = "sen get von aus mit ges die hol lad out env tél obt inv ver ski wys ode läh отп iph 私のi 发自我".split()
SENT_FROM_STARTS = frozenset(
    variant
    for start in _STARTS
    for variant in (start, start.capitalize(), start.upper(), f"*{start[:2]}", f"_{start[:2]}")
) | {"iPh", "私のi"}


class HeaderWord(Enum):
    """What a line of a quoted mail's header says."""

    FROM = auto()
    DATE = auto()
    TO = auto()
    CC = auto()
    SUBJECT = auto()


_WORDS = {
    HeaderWord.FROM: "from|von|de|da|van|från|fra|od|lähettäjä|feladó|kimden|gönderen|mittente|expéditeur|remitente"
    "|от|от кого|від|发件人|寄件者|差出人|보낸 사람|보낸사람",
    HeaderWord.DATE: "sent|date|gesendet|datum|gesendet am|envoyé|envoyé le|message du|enviado|enviado el|enviada em|fecha"
    "|inviato|data|verzonden|skickat|sendt|dato|wysłano|wysłane|odesláno|odoslané|lähetetty|päiväys|elküldve|dátum"
    "|gönderilme|tarih|отправлено|дата|надіслано|发送时间|日期|送信日時|日付|날짜|보낸 날짜",
    HeaderWord.TO: "to|an|à|a|para|aan|till|til|do|komu|vastaanottaja|címzett|kime|alıcı|per|destinataire|destinatario"
    "|кому|收件人|宛先|받는 사람|받는사람",
    HeaderWord.CC: "cc|kopie|kopie an|copie|copie à|copia|kopia|kopi|копия|抄送|참조",
    HeaderWord.SUBJECT: "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|předmět|predmet|aihe"
    "|tárgy|konu|тема|主题|主旨|件名|제목",
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}
_LONGEST_WORD = max(map(len, _KIND_OF))


def header_word(line: str) -> HeaderWord | None:
    """What this line says, if it is one of a quoted mail's header: `*Von:* …`, `> Betreff : …`."""
    word, colon, _ = line[: _LONGEST_WORD + 12].replace("：", ":").partition(":")
    return _KIND_OF.get(word.strip(" >*_\t\xa0").lower()) if colon else None


def says_wrote(line: str) -> bool:
    """Whether a line has the verb of "On … X wrote:" in one of the languages."""
    lower = line.lower()
    if not _VERBS.isdisjoint(lower.replace(":", " ").replace("：", " ").split()) or lower.startswith(_QUOTING):
        return True
    return not line.isascii() and any(verb in line for verb in _VERBS_WITHOUT_SPACES)


def says_original(line: str) -> bool:
    """Whether a line is `-----Original Message-----` in one of the languages; the rule before it is needed."""
    marked = line.lstrip(" >")
    words = marked.lstrip("-_=*")
    return len(marked) - len(words) >= 2 and words.lstrip().lower().startswith(_ORIGINAL)


def says_forwarded(line: str) -> bool:
    """Whether a line is `---------- Forwarded message` in one of the languages, with its rule or without."""
    return line.lstrip(" >-_=*").lower().startswith(_FORWARDED)
