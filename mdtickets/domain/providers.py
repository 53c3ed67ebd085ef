"""Mail providers whose addresses anybody may have: such a domain says nothing about who somebody works for."""

# A national branch has the same name with another ending: yahoo.de, gmx.at, outlook.fr.
_BRANDS = frozenset(
    {"aol", "gmail", "gmx", "googlemail", "hotmail", "live", "mail", "msn", "outlook", "yahoo", "yandex"}
)
_ENDINGS = frozenset({
    "at", "be", "biz", "ca", "ch", "cn", "co.in", "co.jp", "co.kr", "co.nz", "co.uk", "co.za", "com", "com.ar", "com.au",
    "com.br", "com.cn", "com.hk", "com.mx", "com.sg", "com.tr", "com.tw", "cz", "de", "dk", "es", "eu", "fi", "fr", "gr",
    "hu", "ie", "in", "info", "it", "jp", "li", "lu", "net", "nl", "no", "org", "pl", "pt", "ro", "ru", "se", "sk", "uk",
})  # fmt: skip
_PROVIDERS = frozenset({
    "126.com", "139.com", "163.com", "abv.bg", "aim.com", "aliyun.com", "arcor.de", "att.net", "bellsouth.net",
    "bigpond.com", "bk.ru", "blueyonder.co.uk", "bluewin.ch", "bol.com.br", "btinternet.com", "centrum.cz", "charter.net",
    "chello.at", "comcast.net", "cox.net", "disroot.org", "duck.com", "earthlink.net", "email.cz", "email.de", "email.it",
    "eclipso.de", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "gmx.com",
    "hanmail.net", "hey.com", "hispeed.ch", "home.nl", "hushmail.com", "icloud.com", "inbox.com", "inbox.lv", "inbox.ru",
    "interia.pl", "kabelbw.de", "kabelmail.de", "kolabnow.com", "kpnmail.nl", "laposte.net", "libero.it", "list.ru",
    "magenta.de", "mac.com", "mail.bg", "mailbox.org", "mailfence.com", "mailinator.com", "me.com", "naver.com", "netcologne.de",
    "neuf.fr", "nifty.com", "ntlworld.com", "o2.pl", "o2online.de", "onet.pl", "online.de", "onlinehome.de", "op.pl",
    "optonline.net", "orange.fr", "pm.me", "posteo.at", "posteo.ch", "posteo.de", "posteo.net", "proton.me", "protonmail.ch",
    "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "riseup.net", "rocketmail.com", "sapo.pt", "sbcglobal.net",
    "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "skynet.be", "sky.com", "sympatico.ca", "t-online.de", "talktalk.net",
    "telenet.be", "terra.com.br", "tin.it", "tiscali.it", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com",
    "tutanota.de", "ukr.net", "uol.com.br", "unitybox.de", "verizon.net", "versanet.de", "virgilio.it", "virginmedia.com",
    "vodafone.de", "vodafonemail.de", "volny.cz", "wanadoo.fr", "web.de", "windowslive.com", "wp.pl", "ya.ru", "ymail.com",
    "ziggo.nl", "zoho.com", "zohomail.com", "zohomail.eu",
})  # fmt: skip


def is_public_provider(domain: str) -> bool:
    """Whether people of all sorts have addresses there, so that it is nobody's company."""
    wanted = domain.lower().rstrip(".")
    brand, _dot, ending = wanted.partition(".")
    return wanted in _PROVIDERS or (brand in _BRANDS and ending in _ENDINGS)
