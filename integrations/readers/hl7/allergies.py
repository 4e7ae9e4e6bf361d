"""Allergies of a message: those known (AL1), and those that have changed (IAM).

What the hospital's system knows comes beside what was entered here: an allergy that AL1 does not name stays, for nobody
is safer by forgetting one. It goes where IAM deletes it, or where AL1 says `""`. That none is known is no allergy.
"""

import re

from integrations.readers import values
from integrations.readers.hl7.message import Message, Segment

_LENGTH = 1000  # never cut here: the record takes whole entries
_SUBSTANCE, _ACTION = 3, 6
# HL7 table 0206; an update names the substance as it is from now on, X says that nothing has changed
_ACTS = {"A": "add", "U": "add", "": "add", "D": "delete"}
_SIGNS = re.compile(r"[\W_]+")
# what says that there is none, or that nobody knows, without its signs; the numbers are those of SNOMED CT for no known
# allergy, of drugs, of food and of the environment, as in the FHIR R4 value set allergyintolerance-code
_NONE = re.compile(
    r"(?:无|無|否认|否認|未发现|未發現|未见|未見|暂无|暫無|没有|沒有|未诉|未訴|不存在)"
    r"(?:明确|明確|已知|明显|明顯|特殊|任何)*(?:的)?"
    r"(?:(?:药物|藥物|食物|药品|藥品|食品|其他|其它|环境|環境|接触物|接觸物|及|和|与|與|或|等)*"
    r"(?:过敏|過敏)(?:史|源|原|物|药物|藥物|反应|反應|情况|情況|记录|記錄)?)?"
    r"|(?:(?:药物|藥物|食物)*(?:过敏|過敏)(?:史|源|原)?)?"
    r"(?:无|無|未知|不详|不詳|不明|不清楚|不清|未提供|未询问|未詢問|未发现|未發現|否认|否認|阴性|陰性)"
    r"|(?:(?:no|nil|denies|notaware)(?:any)?(?:known)?(?:of)?)"
    r"(?:(?:drug|food|medication|medicine|environmental|latex|other|and|or)*(?:allerg(?:y|ies|en|ens|ic))(?:history)?)"
    r"|nka|nkda|nkfa|nkma|none|noneknown|noknown|nil|na|no|unknown|notknown"
    r"|716186003|409137002|429625007|428607008"
)


def add_allergies(said: dict, message: Message) -> None:
    """What the message says of allergies, in the words of a person's record."""
    listed = list(message.all("AL1"))
    if any(segment.is_deleted(_SUBSTANCE) for segment in listed):
        said["deleted"] |= {"allergies"}
    acts = [("add", segment) for segment in listed]
    acts += [(act, segment) for segment in message.all("IAM") if (act := _ACTS.get(segment.text(_ACTION).upper()))]
    changes = ((act, words) for act, segment in acts if (words := _substance(segment)))
    told = (change for change in changes if change[0] == "delete" or not says_none(change[1]))
    said["allergy_changes"] = tuple(dict.fromkeys(told))


def says_none(words: str) -> bool:
    """Whether this says that no allergy is known, or nothing of allergies."""
    return _NONE.fullmatch(_SIGNS.sub("", words).casefold()) is not None


def _substance(segment: Segment) -> str:
    """What the person is allergic to: in words, else its code."""
    text = values.words(segment.text(_SUBSTANCE, 2), _LENGTH)
    return text or values.words(segment.text(_SUBSTANCE), _LENGTH)
