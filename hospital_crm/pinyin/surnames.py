# ruff: noqa: E501
"""How Chinese surnames are read aloud: readings that differ from the usual one, and surnames of two characters."""

READINGS: dict[str, tuple[str, ...]] = {
    "曾": ("zeng", "ceng"), "单": ("shan", "dan"), "單": ("shan", "dan"), "解": ("xie", "jie"), "仇": ("qiu", "chou"),
    "朴": ("piao", "pu"), "查": ("zha", "cha"), "区": ("ou", "qu"), "區": ("ou", "qu"), "翟": ("zhai", "di"),
    "任": ("ren",), "华": ("hua",), "華": ("hua",), "盖": ("ge", "gai"), "蓋": ("ge", "gai"), "葛": ("ge",),
    "尉": ("wei", "yu"), "缪": ("miao", "mou"), "繆": ("miao", "mou"), "乐": ("yue", "le"), "樂": ("yue", "le"),
    "员": ("yun", "yuan"), "員": ("yun", "yuan"), "贠": ("yun",), "貟": ("yun",), "冼": ("xian", "xi"),
    "洗": ("xian", "xi"), "覃": ("qin", "tan"), "谌": ("chen", "shen"), "諶": ("chen", "shen"), "郗": ("xi", "chi"),
    "逄": ("pang",), "晁": ("chao",), "牟": ("mou", "mu"), "宓": ("mi", "fu"), "隗": ("wei", "kui"), "秘": ("bi", "mi"),
    "繁": ("po", "fan"), "种": ("chong", "zhong"), "重": ("chong", "zhong"), "折": ("she", "zhe"), "撒": ("sa",),
    "黑": ("hei", "he"), "盛": ("sheng", "cheng"), "石": ("shi",), "召": ("shao", "zhao"), "佴": ("nai", "er"),
    "幺": ("yao",), "车": ("che", "ju"), "車": ("che", "ju"), "阚": ("kan", "han"), "闞": ("kan", "han"),
    "哈": ("ha",), "祭": ("zhai", "ji"), "句": ("gou", "ju"), "那": ("na", "nuo"), "纪": ("ji",), "紀": ("ji",),
    "应": ("ying",), "應": ("ying",), "曲": ("qu",), "都": ("du", "dou"), "厍": ("she",), "干": ("gan",),
    "卜": ("bu",), "仉": ("zhang",), "相": ("xiang",), "郇": ("xun", "huan"), "呙": ("guo", "wo"), "訾": ("zi",),
    "眭": ("sui",), "妫": ("gui",), "宿": ("su", "xiu"), "祝": ("zhu",), "柏": ("bai", "bo"), "薄": ("bo", "bao"),
    "臧": ("zang", "cang"), "燕": ("yan",), "宁": ("ning",), "甯": ("ning",), "寧": ("ning",), "过": ("guo",),
    "過": ("guo",), "莘": ("shen", "xin"), "於": ("yu",), "行": ("xing", "hang"), "寻": ("xun",), "尋": ("xun",),
    "殷": ("yin",), "褚": ("chu", "zhu"), "谭": ("tan", "qin"), "譚": ("tan", "qin"), "许": ("xu",), "許": ("xu",),
    "余": ("yu",), "俞": ("yu", "shu"), "占": ("zhan",), "叶": ("ye", "she"), "葉": ("ye", "she"), "沈": ("shen", "chen"),
    "角": ("jue", "jiao"), "藏": ("zang", "cang"), "教": ("jiao",), "强": ("qiang", "jiang"), "強": ("qiang", "jiang"),
    "瞿": ("qu", "ju"), "冯": ("feng",), "馮": ("feng",), "贾": ("jia", "gu"), "賈": ("jia", "gu"), "丁": ("ding",),
    "吕": ("lv", "lu"), "呂": ("lv", "lu"), "闾": ("lv", "lu"), "粘": ("nian", "zhan"), "扎": ("za", "zha"),
    "的": ("de", "di"), "居": ("ju",), "塔": ("ta",), "蓝": ("lan",), "藍": ("lan",), "乜": ("nie", "mie"),
    "汤": ("tang",), "湯": ("tang",), "南": ("nan",), "思": ("si",), "烟": ("yan",), "浅": ("qian",), "浣": ("wan", "huan"),
    "信": ("xin",), "齐": ("qi",), "齊": ("qi",), "若": ("ruo",), "六": ("lu", "liu"), "逯": ("lu", "dai"),
    "娄": ("lou",), "婁": ("lou",), "缴": ("jiao", "zhuo"), "洪": ("hong",), "朱": ("zhu",), "台": ("tai",),
    "能": ("nai", "neng"), "舍": ("she",), "拓": ("tuo", "ta"), "庹": ("tuo",), "谯": ("qiao",), "钭": ("tou", "dou"),
    "邸": ("di",), "芮": ("rui",), "莞": ("guan", "wan"), "窦": ("dou",), "竇": ("dou",), "哱": ("po",), "亓": ("qi",),
    "郏": ("jia",), "郝": ("hao",), "鲍": ("bao",), "鮑": ("bao",), "长": ("chang", "zhang"), "会": ("gui", "hui"),
    "番": ("pan", "fan"), "陆": ("lu",), "陸": ("lu",), "侯": ("hou",), "屈": ("qu",), "便": ("pian", "bian"),
    "蔚": ("yu", "wei"), "郄": ("qie", "xi"), "朝": ("chao", "zhao"), "颉": ("xie", "jie"), "頡": ("xie", "jie"),
    "传": ("chuan", "zhuan"), "傳": ("chuan", "zhuan"), "吁": ("yu", "xu"), "靓": ("jing", "liang"), "靚": ("jing", "liang"),
    "率": ("shuai", "lv"), "伽": ("jia", "ga"), "轧": ("ya", "zha"), "軋": ("ya", "zha"), "茄": ("qie", "jia"),
    "晟": ("cheng", "sheng"), "沓": ("ta", "da"), "调": ("tiao", "diao"), "調": ("tiao", "diao"),
}  # fmt: skip

COMPOUND: dict[str, str] = {
    "万俟": "mo qi", "尉迟": "yu chi", "尉遲": "yu chi", "长孙": "zhang sun", "長孫": "zhang sun", "澹台": "tan tai",
    "澹臺": "tan tai", "单于": "chan yu", "單于": "chan yu", "鲜于": "xian yu", "鮮于": "xian yu", "令狐": "ling hu",
    "夏侯": "xia hou", "欧阳": "ou yang", "歐陽": "ou yang", "司马": "si ma", "司馬": "si ma", "上官": "shang guan",
    "诸葛": "zhu ge", "諸葛": "zhu ge", "东方": "dong fang", "東方": "dong fang", "赫连": "he lian", "皇甫": "huang fu",
    "公孙": "gong sun", "公孫": "gong sun", "慕容": "mu rong", "司徒": "si tu", "司空": "si kong", "宇文": "yu wen",
    "轩辕": "xuan yuan", "端木": "duan mu", "百里": "bai li", "东郭": "dong guo", "南宫": "nan gong", "呼延": "hu yan",
    "完颜": "wan yan", "纳兰": "na lan", "耶律": "ye lv", "拓跋": "tuo ba", "独孤": "du gu", "西门": "xi men",
    "申屠": "shen tu", "太史": "tai shi", "闻人": "wen ren", "濮阳": "pu yang", "淳于": "chun yu", "公冶": "gong ye",
    "宗政": "zong zheng", "钟离": "zhong li", "仲孙": "zhong sun", "闾丘": "lv qiu", "司寇": "si kou", "子车": "zi ju",
    "颛孙": "zhuan sun", "巫马": "wu ma", "公西": "gong xi", "漆雕": "qi diao", "乐正": "yue zheng", "壤驷": "rang si",
    "公良": "gong liang", "夹谷": "jia gu", "宰父": "zai fu", "谷梁": "gu liang", "段干": "duan gan", "东门": "dong men",
    "梁丘": "liang qiu", "左丘": "zuo qiu", "羊舌": "yang she", "微生": "wei sheng", "南门": "nan men", "第五": "di wu",
    "爱新觉罗": "ai xin jue luo", "叶赫那拉": "ye he na la", "钮祜禄": "niu hu lu", "欧陽": "ou yang", "章佳": "zhang jia",
    "公羊": "gong yang", "公玉": "gong yu", "公祖": "gong zu", "公伯": "gong bo", "公仲": "gong zhong", "公山": "gong shan",
    "公坚": "gong jian", "公堅": "gong jian", "公上": "gong shang", "公仪": "gong yi", "公儀": "gong yi", "南荣": "nan rong",
    "南榮": "nan rong", "仲长": "zhong chang", "仲長": "zhong chang", "亓官": "qi guan", "东里": "dong li", "東里": "dong li",
    "褚师": "chu shi", "褚師": "chu shi", "子书": "zi shu", "子書": "zi shu", "子桑": "zi sang", "达奚": "da xi",
    "達奚": "da xi",
}  # fmt: skip

GIVEN_READINGS: dict[str, tuple[str, str]] = {
    "长": ("chang", "zhang"), "長": ("chang", "zhang"), "乐": ("le", "yue"), "樂": ("le", "yue"), "行": ("xing", "hang"),
    "重": ("chong", "zhong"), "朝": ("chao", "zhao"), "茜": ("qian", "xi"), "晟": ("sheng", "cheng"), "盛": ("sheng", "cheng"),
    "曾": ("zeng", "ceng"), "柏": ("bai", "bo"), "俊": ("jun", "zun"), "娜": ("na", "nuo"), "参": ("can", "shen"),
    "传": ("chuan", "zhuan"), "傳": ("chuan", "zhuan"), "还": ("huan", "hai"), "降": ("xiang", "jiang"),
    "率": ("shuai", "lv"), "绿": ("lv", "lu"), "旅": ("lv", "lu"), "律": ("lv", "lu"), "女": ("nv", "nu"), "解": ("xie", "jie"),
    "宿": ("su", "xiu"), "单": ("dan", "shan"), "都": ("du", "dou"), "藏": ("cang", "zang"), "调": ("tiao", "diao"),
    "说": ("shuo", "yue"), "阿": ("a", "e"), "贾": ("jia", "gu"), "夏": ("xia", "jia"),
    "钥": ("yao", "yue"), "择": ("ze", "zhai"), "蔓": ("man", "wan"), "隽": ("juan", "jun"),
}  # fmt: skip

# characters of names that the dictionary of readings lacks
RARE: dict[str, str] = {"𠮷": "ji"}
