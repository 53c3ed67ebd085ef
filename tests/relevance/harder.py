"""Harder ones, added to the letters of `letters`: threads, copies, files, codes, and words that only look alike."""

from tests.relevance.letters import Letter

_PAUL = "Paul Sommer <paul.sommer@sommer-tv.example>"
_ZOE = "Zoë Brontë <zoe@bronte-films.example>"
_INES = "Inés Müller-Schmidt <ines@schmidt-schnitt.example>"
_TOM = "Tom O'Neill <tom.oneill@oneill.example>"
_KARL = "Karl-Heinz Vogel <kh.vogel@vogel-kino.example>"
_US = "Mustermann Video <support@mustermann-video.example>"
_PETRA = "Dr. Petra Sonnenschein <p.sonnenschein@huber-film.example>"

MORE_LETTERS = (
    # compounds, and what has only letters in common with them
    Letter(101, _PAUL, "Versandkosten", "Warum stehen auf dem Lieferschein Versandkosten? Ab 50 Euro ist bei Ihnen doch alles frei."),
    Letter(102, _KARL, "Mahnung erhalten", "Ich bekam eine Zahlungserinnerung, obwohl ich am 3. überwiesen habe. Bitte prüfen Sie den Zahlungseingang."),
    Letter(103, _INES, "Garantieverlängerung", "Lässt sich die Herstellergarantie der Aufnahmekarte verlängern? Sie läuft im Mai ab."),
    Letter(104, _PAUL, "Umzug auf anderen Rechner", "Wegen eines Betriebssystemwechsels muss ich neu installieren. Wie deaktiviere ich vorher den Arbeitsplatz?"),
    Letter(105, _KARL, "Freischaltung", "Die Aktivierung meines neuen Geräts klappt nicht. Auf dem alten Gerät war es nach einer Minute erledigt."),
    Letter(106, _INES, "Dateigröße", "Die fertige Datei ist doppelt so groß wie früher. Welche Einstellung bestimmt die Größe?"),
    Letter(107, _PAUL, "Druck auf den Auslöser", "Beim Druck auf den Auslöser der Fernsteuerung passiert nichts. Die Batterie ist neu."),
    Letter(108, _KARL, "Mein Kamerad und ich", "Mein Kamerad hat dasselbe Programm, und bei ihm ruckelt die Wiedergabe nicht. Woran kann das liegen?"),
    Letter(109, _TOM, "Sprint planning video", "We record our sprint planning and want chapters in the video. Can the program do that?"),
    Letter(110, _ZOE, "Print the storyboard", "How can I print the storyboard, four pictures on a page?"),
    # verbs in other forms, prefixes that part
    Letter(111, _INES, "Programm weg", "Seit heute stürzt das Programm beim Start ab. Gestern ist es nur einmal abgestürzt."),
    Letter(112, _PAUL, "Wo ist das Installationspaket?", "Ich habe die Version gestern heruntergeladen und finde sie nicht mehr. Muss ich sie neu herunterladen?"),
    Letter(113, _KARL, "Doppelt gezahlt", "Mein Sohn hat schon bezahlt, und ich habe noch einmal gezahlt. Wohin geht das Geld zurück?"),
    Letter(114, _ZOE, "Froze again", "The preview froze while I was scrubbing, and it freezes at the same frame each time."),
    Letter(115, _TOM, "Renewal", "My plan was renewed without notice. I never agreed to an automatic renewal."),
    Letter(116, _ZOE, "Color grading license", "Do I need another license for the color grading module? The trial is over."),
    Letter(117, _TOM, "Cancelled order", "I canceled the order on Monday, and it was shipped on Tuesday. Who pays for sending it back?"),
    Letter(118, _INES, "Filme verschwunden", "Ich habe drei Filme gelöscht, und jetzt fehlen fünf. Lassen sich gelöschte Filme wiederherstellen?"),
    # codes, serial numbers, versions, as they are written and as they are typed
    Letter(119, _KARL, "Seriennummer unleserlich", "Auf dem Aufkleber lese ich MV-2024-00817-KX. Ist das die richtige Seriennummer für die Registrierung?"),
    Letter(120, _TOM, "Serial number not accepted", "The form does not accept my serial number SN7F3A91C2. Support told me to write to you."),
    Letter(121, _ZOE, "Upload fails", "Upload ends with HTTP 503, then E_ACCESSDENIED. Last week everything worked."),
    Letter(122, _INES, "Import von H.265", "Filme in H.265 vom Telefon lassen sich nicht einlesen, H.264 schon. Das Gerät zeichnet mit 1080p50 auf."),
    Letter(123, _PAUL, "Rückzahlung", "Bitte überweisen Sie auf DE89 3704 0044 0532 0130 00, nicht auf das alte Konto."),
    Letter(124, _KARL, "Bitte um Rückruf", "Sie erreichen mich unter 07621/445566 ab 17 Uhr oder mobil unter +49 170 1234567."),
    Letter(125, _TOM, "Plugins not found", "The program looks for plugins in C:\\Programs\\Cutter\\plugins_v3, but they lie in D:\\Plugins."),
    Letter(126, _ZOE, "Wi-Fi transfer", "The Wi-Fi transfer from the camera stops after one clip. By USB-C cable it works."),
    Letter(127, _PAUL, "Bestellung A10443", "Bestellung A10443 ist unvollständig: das Netzteil fehlt."),
    Letter(128, _INES, "Meldung Err 4104", "Beim Brennen erscheint Err 4104 und danach nichts mehr."),
    # languages mixed, as people do
    Letter(129, _PAUL, "Software gecrasht", "Hi, die Software ist beim Rendern gecrasht, nachdem ich sie upgedatet habe. Kann ich downgraden?"),
    Letter(130, _INES, "Licence-Key wird abgelehnt", "Der Licence-Key aus dem Onlineshop wird nicht akzeptiert, Meldung: key already in use."),
    Letter(131, _ZOE, "Rechnung / invoice", "My accountant in Basel needs the word Rechnung on the invoice. Can you change that?"),
    # files, and what is in them
    Letter(132, _KARL, "Unterlagen", "Anbei, wie am Telefon besprochen.", files=(("Kaufbeleg_2026-0815.txt", "Beleg: Netzteil, 49 Euro"),)),
    Letter(133, _TOM, "As you asked", "Here it is.", files=(("crash-log.txt", "thread 7: segmentation fault in libnvenc, gpu Quasar 4000"),)),
    Letter(134, _ZOE, "A picture", "See the picture.", files=(("IMG_4711.txt", "scan"), ("final_cut_v3.txt", "list of cuts"))),
    # people in To and Cc
    Letter(135, _PAUL, "Termin nächste Woche", "Passt Dienstag um zehn?", cc=f"{_PETRA}, Ulf Öztürk <ulf@oeztuerk.example>"),
    Letter(136, _TOM, "Fwd: floor plan", "For the installation on site.", to=f"{_US}, Siobhán Kelly <siobhan@oneill.example>"),
    Letter(137, "Petra Klein <klein@klein.example>", "Sonnenschein im Bild", "Bei Sonnenschein sind die Gesichter zu hell."),
    # threads: short answers, and words that stand in what they quote only
    Letter(140, _KARL, "Frage zur Aufnahmekarte", "Welches Kabel brauche ich für die Aufnahmekarte? Der Händler wusste es nicht."),
    Letter(141, _US, "Re: Frage zur Aufnahmekarte", "HDMI in der Ausführung 2.1. Zwei Meter oder drei?", ticket=140, to=_KARL),
    Letter(142, _KARL, "Re: Frage zur Aufnahmekarte", "Drei, bitte gleich zwei Stück.", ticket=140, quoted="HDMI in der Ausführung 2.1. Zwei Meter oder drei?"),
    Letter(143, _ZOE, "Re: your call", "Yes, that one.", quoted="Do you mean the dongle with the label PLUTO on its back?"),
    Letter(144, _TOM, "Pluto documentary", "Our documentary on Pluto stutters in the preview, all else is smooth."),
    Letter(145, _INES, "Warten auf Antwort", "Haben Sie meine Nachricht zum Dongle bekommen?"),
    Letter(146, _US, "Re: Warten auf Antwort", "Ja. Der Dongle geht morgen per Einschreiben hinaus.", ticket=145, to=_INES),
    Letter(147, _INES, "Re: Warten auf Antwort", "Danke, das hilft sehr.", ticket=145, quoted="Der Dongle geht morgen per Einschreiben hinaus."),
    Letter(148, _PAUL, "Einschreiben verloren?", "Das Einschreiben mit dem USB-Stick kam nie an."),
)  # fmt: skip

# What is asked, and the tickets that answer it: 2 = what was meant, 1 = helps too.
HARDER_QUERIES: tuple[tuple[str, dict[int, int]], ...] = (
    # compounds, with and without what joins them
    ("Versand Kosten", {101: 2}),
    ("Zahlungs-Erinnerung", {102: 2}),
    ("Zahlungserinnerungen", {102: 2}),
    ("Erinnerung", {102: 2}),
    ("Garantie", {103: 2}),
    ("Garantie verlängern", {103: 2}),
    ("Betriebssystem", {104: 2}),
    ("Geräteaktivierung", {105: 2}),
    ("Aktivierung Gerät", {105: 2}),
    ("camera", {7: 2, 126: 2}),
    ("Drucker", {1: 2}),
    ("print", {110: 2}),
    ("Installation", {112: 1, 104: 1, 136: 2}),
    # umlauts and accents as they are typed
    ("Geraet", {105: 2, 122: 1}),
    ("Dateigroesse", {106: 2}),
    ("Groesse", {106: 2}),
    ("zoe bronte preview", {114: 2}),
    ("mueller-schmidt", dict.fromkeys((103, 106, 111, 118, 122, 128, 130, 145), 2)),
    ("Oeztuerk", {135: 2}),
    ("Siobhan", {136: 2}),
    ("O'Neill renewal", {115: 2}),
    ("oneill pluto", {144: 2}),
    # verbs
    ("abgestürzt", {111: 2}),
    ("abstürzen", {111: 2}),
    ("herunterladen", {112: 2, 37: 2}),
    ("heruntergeladen", {112: 2, 37: 2}),
    ("zahlen", {113: 2}),
    ("bezahlen", {113: 2, 13: 2}),
    ("löschen", {118: 2}),
    ("wiederherstellen", {118: 2}),
    ("freezing", {114: 2}),
    ("frozen", {114: 2}),
    ("renewing", {115: 2}),
    ("installieren", {104: 2}),
    # one spelling for another
    ("colour grading", {116: 2}),
    ("color correction", {30: 2}),
    ("license key", {4: 2, 130: 2}),
    ("licence trial", {116: 2}),
    ("canceled order", {117: 2}),
    # typing errors: what was meant is offered
    ("Zahlungserinerung", {102: 2}),
    ("Rechnugn Oktober", {9: 2}),
    ("subscribtion", {24: 2}),
    ("storybord", {110: 2}),
    ("Sicherngskopein", {34: 2}),
    ("seriall numbr", {120: 2}),
    ("Sonnenschien", {135: 2, 137: 2}),
    ("documantery", {144: 2}),
    # codes and numbers
    ("MV-2024-00817-KX", {119: 2}),
    ("00817", {119: 2}),
    ("00817-KX", {119: 2}),
    ("mv202400817kx", {119: 2}),
    ("7F3A91C2", {120: 2}),
    ("3A91", {120: 2}),
    ("34161094", {38: 2}),
    ("80070005", {5: 2, 6: 2}),
    ("0X80070005", {5: 2, 6: 2}),
    ("ERR 2207", {32: 2, 33: 2}),
    ("err_2207", {32: 2, 33: 2}),
    ("ERR-4104", {128: 2}),
    ("err4104", {128: 2}),
    ("access_denied", {121: 2}),
    ("accessdenied 503", {121: 2}),
    ("h265", {122: 2}),
    ("1080p", {122: 2}),
    ("DE89370400440532013000", {123: 2}),
    ("DE89 3704", {123: 2}),
    ("07621 445566", {124: 2}),
    ("07621445566", {124: 2}),
    ("plugins_v3", {125: 2}),
    ("wifi", {126: 2}),
    ("usbc", {126: 2}),
    ("A10443", {127: 2}),
    ("2.14", {1: 2, 7: 2, 14: 2, 15: 2}),
    # languages
    ("crash", {5: 2, 7: 2, 129: 1, 133: 1}),
    ("Licence Key", {4: 2, 130: 2}),
    ("update rendern", {129: 2, 31: 1}),
    ("Rechnung invoice", {131: 2}),
    # files
    ("Kaufbeleg", {132: 2}),
    ("0815", {132: 2}),
    ("crash log", {133: 2}),
    ("crashlog", {133: 2}),
    ("libnvenc", {133: 2}),
    ("IMG_4711", {134: 2}),
    ("img4711", {134: 2}),
    ("final cut", {134: 2}),
    # people
    ("Petra Sonnenschein", {135: 2}),
    ("p.sonnenschein", {135: 2}),
    ("Sonnenschein", {137: 2, 135: 1}),
    ("Karl Heinz", dict.fromkeys((102, 105, 108, 113, 119, 124, 132, 140), 2)),
    ("Kelly floor plan", {136: 2}),
    # threads
    ("Kabel Aufnahmekarte HDMI", {140: 2}),
    ("drei Meter Kabel", {140: 2}),
    ("Pluto", {144: 2, 143: 1}),
    ("dongle pluto", {143: 2}),
    ("Einschreiben", {148: 2, 145: 1}),
    ("Dongle Einschreiben", {145: 2}),
)  # fmt: skip
