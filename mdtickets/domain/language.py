"""German or English? A guess by stop words: never a wrong answer is worth more than always an answer.

Words that both languages have (in, was, die, war, so, an, am, man, will, also, hat, not, gift) are in neither list;
words of the neighbours keep a Dutch or French mail from being taken for one of ours.
"""

from itertools import repeat

_LONGEST = 400  # characters, some sixty words; a guess gets no better from more
_FEW_WORDS = 6  # a title or a line: one telling word must do
_AROUND_WORDS = ".,;:!?…()[]<>*_\"'„“”‚‘’»«-–"

_GERMAN = frozenset(
    """
    aber alle allem allen aller alles als ans auch auf aus bei beim bekomme bekommen bereits besten bin bis bitte
    brauche brauchen dann danke dank dabei dadurch dafür damit danach daran darauf darf das dass daß dazu dein deine
    dem denn der deren des deshalb diese diesem diesen dieser dieses doch dort durch dürfen eben ebenfalls eigentlich
    ein eine einem einen einer eines einfach einmal entweder er erhalten erst es etwas euch euer eure fehlt fehler
    frage fragen freundliche freundlichen für ganz geehrte geehrter gegen geht gerne gestern gesendet gibt grüße
    grüßen gruß guten habe haben hallo hatte hätte heute hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer immer ins
    ist ja jede jeder jetzt kann kaputt kein keine keinen können könnte könnten lassen leider lieber liebe mehr mein
    meine meinem meinen meiner mich mir mit mittlerweile möchte möchten morgen muss müssen nach nachdem nicht nichts
    noch nun nur ob oder ohne rechnung schon sehr sein seine seit seitdem sich sie sind sobald sofort sollen sollte
    sondern sonst soweit überhaupt über um und uns unser unsere unserem unseren unter viel viele vielen vom von vor
    warum wann wäre weil weiter welche welcher wenn wer werde werden wie wieder wieso wir wird wo wollte worden wurde
    wurden würde würden zu zum zur zurück zwar zwischen
    """.split(),
)
_ENGLISH = frozenset(
    """
    about above after again all already always and any anybody anyone anything are aren't as at back be because been
    before being best both but by can can't cannot could couldn't customer day dear did didn't do does doesn't doing
    don't down each either even every everything few for from further get gets getting good got had has hasn't have
    haven't having he hello help her here hi him his how however i i'd i'll i'm i've if into is isn't it it's its just
    know let like looking many may me might more most much must my need never no nor now of off on once one only or
    other our ours out over own please possible problem received regards same see she should shouldn't since some
    something soon still such sure tell than thank thanks that that's the their them then there these they they're
    this those through today to tomorrow too try trying under until up upon us very want wasn't way we we'd we'll
    we're we've were weren't what when where whether which while who whose why with within without won't would
    wouldn't yes yesterday yet you you'd you'll you're you've your yours
    """.split(),
)
# Dutch, French, Spanish, Italian, Portuguese, Swedish, Danish, Norwegian, Polish, Czech: only to say no.
_OTHERS = frozenset(
    """
    aan als bij dat deze dit een geen geachte goed graag groeten heb hebben heeft het hij hoe ik jij jullie kan kunnen
    maar meer met mijn naar niet nog ook onze op over te tot uit uw van voor waar wat wel wij worden ze zijn zou
    ai alors au aux avec avez avons bonjour c'est cela ces cette cordialement dans de depuis des deux du elle en est
    et être fait il ils j'ai je la le les leur lui mais merci mes moi mon même ne nos notre nous on ont ou où par pas
    peut plus pour pouvez qu'il que quel qui sans ses si son sont suis sur tout très un une vos votre vous à été
    al buenas buenos como con cuando cómo del desde días el ella en es esta este está estoy favor gracias ha hace hasta
    hay hola las lo los mi muchas muy más nos o para pero por porque qué se sido sin sobre son su también tengo tiene
    una usted ya y
    anche buongiorno che ci cordiali così da dal dalla degli dei della delle di e è gli ha ho i il io mio molto nel
    nella non per perché più questa questo quando saluti sia sono sul un vi
    ainda ao aos boa bom com das dia dos ela ele em então foi isso mas meu minha muito na nas no nos não o obrigada
    obrigado os ou pela pelo porque quem se sem ser seu sua são também tem um uma você
    att av behöver det den där efter eller ett finns från får för har hej hälsningar i inte jag kan kommer med men mig
    min mitt mycket något när och om på sig ska skulle som tack till upp ut utan var vara vi vid vill är
    af alle at blev ble både da dig din ei eller en er et fra gjøre har hilsen ikke jeg kan kunne med meg men mig min
    mvh må noe noget når og også om opp op på sig skal som til tak takk ud uten uden var ved vi vil være å
    a ale bardzo być co czy dla do dobry dzień dziękuję i jak jest już lub mam mi mnie na nie o od oraz po pozdrawiam
    pan pani proszę przez się są ta tak ten to tylko w witam z za że
    aby ale ano bych byl co dobrý děkuji jako jak je jen jsem jsou který mám mi na nebo není pokud prosím s se si tak
    to už v ve z za že
    """.split(),
)
# A word that one of ours shares with a neighbour (de: als, er, des, alle; en: on, me, no, do, to, at) tells nothing.
_SHARED = (_GERMAN | _ENGLISH) & _OTHERS
# Three sums in one number, so that one call adds up a text: none of its 200 words weighs more than two.
_DE, _EN, _OTHER = 1, 1 << 10, 1 << 20
_WEIGHTS: dict[str, int] = {
    **dict.fromkeys(_OTHERS, _OTHER),
    **dict.fromkeys(_GERMAN, 2 * _DE),
    **dict.fromkeys(_ENGLISH, 2 * _EN),
    **dict.fromkeys(_SHARED & _GERMAN, _DE + _OTHER),
    **dict.fromkeys(_SHARED & _ENGLISH, _EN + _OTHER),
}


def guess_language(text: str) -> str:
    """`de`, `en`, or `""` when the text is too short, in another language, or in both alike."""
    words = text[:_LONGEST].lower().replace("’", "'").split()
    weight = sum(map(_WEIGHTS.get, map(str.strip, words, repeat(_AROUND_WORDS)), repeat(0)))
    german, english, other = weight % _EN, weight // _EN % _EN, weight // _OTHER
    needed = 2 if len(words) <= _FEW_WORDS else 4
    if german >= needed and german > 2 * english and german > other:
        return "de"
    if english >= needed and english > 2 * german and english > other:
        return "en"
    return ""
