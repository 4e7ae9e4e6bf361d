# ruff: noqa: E501
"""Whether words say that the person died: plainly, or so that somebody has to be asked.

A death is plain where the words say nothing else: 死亡, 因肺癌死亡, 抢救无效于当日死亡. Where anything stands beside its
sign – a move, a place, a relative, a recovery, an unticked box – it is a hint, and nobody calls until it is decided.
All texts are in the `plain` form of a cell, in small letters.
"""

import re

ALIVE = re.compile(
    r"(?:[没沒]有|[没沒未无無非]|未[发發]生|不是|[并並](?:未|非))(?:死亡?|亡)(?![亡证證]|[时時][间間]|日期|原因)"
    r"|死亡(?:[与與]否|[标標][志誌]|[时時][间間]|日期)?[\s::=(]*(?:[无無否未×]|[没沒]有|no|n|false|[0零](?![\d:.]|\s*[时時点點]))(?=$|[\s,。;、)])"
    r"|(?<![未不没沒能有否])(?:存活|健在|生[还還])(?![\s::=]*(?:[否无無×0]|no?\b))"
    r"|[无無未](?:出[现現]|[发發]生)?(?:呼吸|心跳|心[脏臟])*[骤驟]停|死里逃生|死裡逃生|(?:[抢搶]救|[复復][苏甦]|[复復]蘇)成功|^否|死亡[^是有]?否$"
    r"|(?<!not )\b(?:alive|survived)\b|\b(?:(?:not|no|never) (?:dead|died|deceased|death|expired))\b"
)
# words with a sign of death in them that tell of no death of the person
_OTHER_SENSES = re.compile(
    r"死胎|死[产產]|胎死|胎[儿兒]死亡|[坏壞梗]死|假死|死骨|死腔|[濒瀕]死感"
    r"|(?<=[转轉])[往去](?![生世](?:$|[,。;]))|往(?=生[殖态態产產物命活育长長])|[去离離過过](?=世[纪紀界博])"
)
_DEATH = (
    r"死亡|[猝病]死|[病仙]逝|逝世|去世|身故|病故|亡故|身亡|已[死亡逝故]|[过過離离辞辭谢謝]世|往生|[殁歿]|[抢搶]救[无無]效"
    r"|太平[间間]|[殡殯][仪儀][馆館]|\b(?:died|dead|deceased|death|expired|passed away)\b"
)
_SIGN = re.compile(
    _DEATH
    + r"|(?:[未不没沒]|[未不没沒][能有])(?:存活|生[还還])|(?:存活|健在|生[还還])[\s::=]*(?:[否无無×0]|no?\b)|\bnot (?:alive|survived?)\b"
    r"|[死亡逝尸屍殡殯殇殤夭]|故去|[临臨][终終]|[弥彌]留|[断斷咽]气|[斷嚥咽]氣|[归歸升昇]天|[圆圓]寂|仙游|[长長]眠|安息|享年|[遗遺][体體]|火化"
    r"|[无無][^,。;]{0,4}生命[体體征迹跡](?![征徵]?(?:[异異]|不))|生命[体體]征(?:消失|停止)|[无無](?:自主)?(?:心跳|呼吸)(?!困|道|急|衰|系|[异異]|[骤驟]|[过過]|窘|[暂暫]|不|音|症|[节節])|(?:心跳|呼吸|心[脏臟])[^,。;]{0,4}(?:[骤驟]?停|消失)|心[搏博]停|[骤驟]停"
    r"|[复復](?:[苏甦]|蘇)[无無]效|人(?:已[经經]?)?[走没沒]了"
    r"|\b(?:dying|moribund|near[- ]death|asystole|cardiac arrest)\b"
)
_BESIDE = re.compile(
    r"[转轉]|[医醫]院|中心|科|城|[坛壇]|[复復](?:[苏甦]|蘇)|回家|好|愈|癒|成功|自[动動]|要求|放[弃棄]|待|可能|疑|若|[风風][险險]|率|史|未|非|[没沒]|不(?![全明])"
    r"|配偶|伴|[爱愛]人|老[公婆]|丈夫|妻|夫|父|母|爸|[妈媽]|[爷爺]|奶|公|婆|子(?![宫宮痫癇])|女|[儿兒]|胎|[产產](?![后後])|[婴嬰]|家[属屬族]|[亲親]|兄|弟|姐|姊|妹|[孙孫]|哥|嫂|同|[邻鄰]|他人|友|[双雙]"
    r"|\b(?:wife|husband|father|mother|son|daughter|brother|sister|baby|transfer\w*|discharg\w*|home|recover\w*|resuscitat\w*|risk|possibl[ey]|suspected|presumed)\b"
)
_CAUSE = r"(?:癌|瘤|衰竭|出血|休克|病|炎|栓塞|感染|[骤驟]停|中毒|[伤傷]|症|[脏臟源]性|不全|原因|疝|梗[死塞阻]|破裂|窒息|溺水|坠楼|墜樓|自[杀殺]|[车車][祸禍])"
# all that may stand in the words of a plain death
_OF_DEATH = re.compile(
    r"[\d零〇一二三四五六七八九十]+(?:[年月日时時分点點:./-]+\d*)+"
    rf"|(?:{_DEATH})(?:[出离離]院$|[\s::=(]*(?:[是有√✓✔1]|yes|y)$)?"
    r"|患者|病人|病[员員]|[该該]患|院[内內外前]|本院|急[诊診]|[临臨]床|[术術][后後中]|入院[后後]|住院期[间間]|[当當次][日天]|[于於在]|[已经經]|宣[告布佈]|突[发發]|突然|(?:治[疗療])[无無]效|其[他它]"
    rf"|是否(?=(?:{_DEATH})[\s::=(]*(?:[是有√✓✔1]|yes|y)$)"
    rf"|[因由系]?[^,。;:?(\d]{{1,20}}?{_CAUSE}[所而]?[致]?(?={_DEATH})"
    rf"|(?<=[(:,\s])(?:死因|原因)?[^,。;?()]{{1,20}}?{_CAUSE}(?=$|\))"
    r"|\b(?:the|patient|pt|has|was|is|in|at|hospital)\b|\b(?:of|from|due to) [a-z ]{1,40}$|[,。;:、()!.\s]"
)
_LONGEST_PLAIN = 60

_TICKED = re.compile(r"[\[(【]\s*[√✓✔☑■]\s*[\])】]|□?\s*[√✓✔☑■]")
_UNTICKED = re.compile(r"[\[(【]\s*[\])】]|☐")
_WORDS_OF_A_BOX = re.compile(r"[\w\s,;、:/.-]*")


def ticked(text: str) -> str:
    """What is ticked in a row of boxes (□治愈 ☑好转 □死亡); other texts as they are."""
    boxed = _UNTICKED.sub("□", _TICKED.sub("☑", text)).strip()
    if not re.search("[□☑]", boxed) or not re.search(r"\w", boxed):
        return text
    if boxed[-1] in "□☑" and boxed[0] not in "□☑":
        options = re.findall(r"([^□☑]+)([□☑])", boxed)
    else:
        options = [(words, box) for box, words in re.findall(r"(^|[□☑])([^□☑]+)", boxed)]
    said = [words for words, box in options if box != "□" or not _WORDS_OF_A_BOX.fullmatch(words)]
    return ";".join(words.strip(" ,;、") for words in said if words.strip())


def hinted(text: str) -> bool:
    """Whether a sign of death is left where what says that the person lives is taken away."""
    return _SIGN.search(without_life(text)) is not None


def is_plain(text: str) -> bool:
    """Whether the words say that the person died, and nothing else."""
    if len(text) > _LONGEST_PLAIN or not re.search(_DEATH, text) or ALIVE.search(text):
        return False
    said = _OTHER_SENSES.sub("炎", text)
    return not _BESIDE.search(said) and not _OF_DEATH.sub("", said)


def without_life(text: str) -> str:
    """The text without what says that the person lives, and without words that only look like death (死胎, 坏死)."""
    return ALIVE.sub(",", _OTHER_SENSES.sub("炎", text))
