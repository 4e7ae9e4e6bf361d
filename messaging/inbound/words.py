"""By which words of mail systems a bounce is for good or for a time, and what is no bounce at all.

An address is given up only where the other side says that it, or its host, does not exist or takes no mail. Everything
else, such as a full box, a filter or a policy, says something of today or of the sender.
"""

import re

# Statuses of RFC 3463 that speak of the address itself: no such mailbox, no such host, syntax, moved, null MX.
FOR_GOOD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"})
FOR_A_TIME = frozenset({"5.2.1", "5.2.2", "5.2.3", "5.3.4"})
_SAYS_NOTHING = frozenset({"", "5.0.0", "5.1.0"})
_OF_THE_ADDRESS = frozenset({550, 551, 553, 556})

NOT_THE_ADDRESS = re.compile(
    r"(?:mail ?box|user|inbox|account|message ?store|recipient)[\w' .-]{0,30}(?:is |was )?(?:over ?quota|full|exceed)"
    r"|over ?quota|quota.{0,12}(?:exceed|full)|exceed\w*.{0,25}(?:quota|storage|limit)|(?:mailbox|storage) full"
    r"|out of storage"
    r"|spam|blacklist|black list|block ?list|blocklist|blocked|reputation|rbl\b|spamhaus|unsolicited"
    r"|dmarc|\bspf\b|\bdkim\b"
    r"|reverse dns|no ptr|too (?:many|large|big)|size limit|maximum size|greylist|try again later|temporar"
    r"|frozen|suspend|disabled|inactive(?! e-?mail address)|not active|authenti|rate limit|virus|banned"
    r"|邮箱已满|空间不足|已满|垃圾邮件|暂时|频率|拒绝",
    re.IGNORECASE,
)
NO_SUCH_ADDRESS = re.compile(
    r"(?:user|mailbox|recipient|account|address|local[- ]part|inbox)[\w' .:<>@=/+-]{0,80}"
    r"(?:unknown|not (?:be )?(?:found|known|exist|listed|recogni[sz]ed|valid)|does ?n[o']t exist|doesn't have)"
    r"|unknown (?:user|recipient|address|mailbox|local part|account)|invalid (?:recipient|mailbox|address|user)"
    r"|no (?:such|mail ?box|valid|longer)(?: \w+){0,2} ?(?:user|mailbox|recipient|address|account|here|name)"
    r"|no mailbox|no such (?:user|person|domain|host)|recipient name is not recognized"
    r"|not (?:a valid|our) (?:user|recipient|mailbox|customer)"
    r"|recipient address rejected: access denied|recipientnotfound|not listed in|has moved|user (?:has )?moved"
    r"|please try <"
    r"|(?:user|recipient)\b.{0,20}not (?:found|exist)"
    r"|(?:domain|host)(?: name| or domain name)?[\w' .:<>@-]{0,60}"
    r"(?:does not exist|not found|not reachable|unknown|unrouteable)"
    r"|couldn't find any host|unrouteable (?:address|mail domain)|no mx|null mx"
    r"|(?:domain|host)[\w/ .-]{0,40}(?:does not|doesn't) accept (?:e-?)?mail"
    r"|not accepting (?:e-?)?mail|nxdomain"
    r"|inactive e-?mail address|用户不存在|收件人不存在|地址不存在|邮箱不存在|帐号不存在|账号不存在|無此用戶|查无此"
    r"|ディレクトリ(?:のリスト)?(?:に|には)(?:あり|見つかり)ません|見つかりません|存在しません",
    re.IGNORECASE,
)
# Taken at the door and refused with the text: a filter in the clothes of an unknown user.
AFTER_THE_TEXT = re.compile(
    r"after end of data|in reply to end of data|>>> data|smtp command\s+data\b|end of data command", re.IGNORECASE
)
DELAYED = re.compile(
    r"\(delay\)|delayed mail|warning message only|will be retried|still being retried|has not (?:yet )?been delivered",
    re.IGNORECASE,
)
SENDERS = re.compile(
    r"mailer[-_.]?daemon|postmaster|mail[-_.]delivery|mail delivery|delivery subsystem|system administrator"
    r"|microsoftexchange|mail administrator|no-?reply@sns\.",
    re.IGNORECASE,
)
BOUNCE_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status )?(?:notification|failure|failed|report)|returned mail|failure notice|mail failure"
    r"|mail (?:system )?(?:delivery )?(?:error|failed)|non[- ]delivery|could ?n[o']t be delivered|not delivered"
    r"|delayed mail"
    r"|delivery status|mail delivery|error mail report|loop alert|warning: could not send|bounced"
    r"|退信|投递失败|无法投递|系统退信|退回|無法傳遞",
    re.IGNORECASE,
)
BOUNCE_TEXT = re.compile(
    r"did not reach the following|was not delivered to|could not be delivered|unable to deliver|wasn't able to deliver"
    r"|cannot be delivered|following recipient(?:s|\(s\))?|recipient was rejected|failure reasons|permanent error"
    r"|delivery (?:to the following .{0,30})?failed|undeliver|duplicated message-id|rejected by a remote"
    r"|無法投遞|无法投递|投递失败",
    re.IGNORECASE,
)
AUTO_SUBJECTS = re.compile(
    r"^\s*(?:(?:re|aw|sv)\s*:\s*)?(?:auto(?:matic)?[- ]?(?:reply|response|responder|antwort)"
    r"|out of (?:the )?office|away from|on vacation"
    r"|vacation (?:reply|response|message)|abwesen|自动回复|自動回覆|自動回復|自动答复|外出|休假)"
    r"|\((?:automatic|auto) (?:response|reply)\)|\bautoreply\b|自动回复",
    re.IGNORECASE,
)
CHALLENGES = re.compile(
    r"boxtrapper|challenge[- /]response|verify (?:your|this) (?:e-?mail|message|address|identity)"
    r"|confirm (?:your|this) (?:message|e-?mail|identity|request)"
    r"|requires? (?:verification|confirmation|authori[sz]ation)"
    r"|sender verification|please confirm your message|spamarrest|确认您的邮件|验证您的邮件",
    re.IGNORECASE,
)
ORIGINAL_FOLLOWS = re.compile(
    r"^.{0,12}(?:"
    r"-{2,}.{0,20}(?:original|returned|copy|forwarded|below this line|enclosed|unsent|undelivered|header).*"
    r"|below (?:this line )?is a copy of.*|original mail as follows.*|the original message follows.*"
    r"|-{3,} this is a copy.*|this is a copy of.*|message header follows.*"
    r")$",
    re.IGNORECASE | re.MULTILINE,
)


def is_no_address(reply: int, status: str, said: str) -> bool:
    """Whether the refusal of a recipient in the conversation itself says that the address does not exist: by its
    status, or by its words where the status says nothing; never where a policy, a filter or a full box speaks.
    """
    if NOT_THE_ADDRESS.search(said):
        return False
    if status in FOR_GOOD:
        return 500 <= reply < 600
    return reply in _OF_THE_ADDRESS and status in _SAYS_NOTHING and bool(NO_SUCH_ADDRESS.search(said))
