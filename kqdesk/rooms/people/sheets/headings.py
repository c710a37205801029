"""The columns of a roster in the words villages, factories and townships use for them.

The eight fields of the provincial plan (户籍所在地、年龄、性别、学历、就业单位、就业岗位、学历提升意愿、学习途径) plus name, paper, birth,
people, phone, township and village. Columns about somebody else (户主, 紧急联系人, 填报人) are left alone.
"""

from collections.abc import Mapping

from kqdesk.excel.titles import Field, Titles

_YOU = r"(?:请(?:您|你)?(?:输入|填写|选择|填|选)(?:一下)?)?(?:(?:您|你)(?:的|所在的?)?)?"
_WHO = (
    _YOU
    + r"(?:本人|学员|职工|员工|人员|居民|村民|对象|个人|被?调查人|被?调查者|被?登记人|报名人|报名者|参训人员?|劳动者|务工人员|学生|常住人口|培训对象|成员)?"
)
_YES_NO = {
    "有": "yes",
    "是": "yes",
    "愿意": "yes",
    "有意愿": "yes",
    "无": "no",
    "否": "no",
    "不愿意": "no",
    "无意愿": "no",
    "没有": "no",
}
_SCHOOLING = {
    word: word
    for word in (
        "文盲",
        "小学",
        "小学及肄业",
        "初中",
        "高中",
        "中专",
        "职高",
        "技校",
        "中职",
        "大专",
        "专科",
        "本科",
        "研究生",
        "硕士",
        "博士",
    )
}

FIELDS = (
    Field("name", [_WHO + r"(?:中文)?(?:姓名|名字)", r"名称?\(姓名\)", r"(?:full)?name"], anchor=True),
    Field("id_kind", [_WHO + r"(?:身份)?证件?(?:类型|种类|类别|名称)"]),
    Field(
        "id_number",
        [
            _WHO + r"(?:公民|居民|有效|合法|二代)*(?:身份证件?|身份|证件|居住证)(?:号码?|编号|代码|信息|证号)*",
            r"身份证",
            r"(?:社会保障|社保)号码?",
            r"公民身份号",
            r"(?:id(?:_?(?:card|number|no|#))*|sfzh)\.?",
        ],
        anchor=True,
    ),
    Field("sex", [_WHO + r"性别(?:代码)?", r"男女", r"男/女", r"sex|gender"], options={"男": "男", "女": "女"}),
    Field(
        "birth_date",
        [_WHO + r"(?:出生|生)(?:年月日?|日期|时间|日|年份)?", r"出生年月日期?", r"出生日期\(?年月日\)?", r"生日", r"birthday|birth|dob"],
    ),
    Field("ethnicity_code", [_WHO + r"(?:民族|族别)(?:代码|成份|成分)?"]),
    Field(
        "hukou",
        [_WHO + r"(?:户籍|户口)(?:所在|登记)?(?:地|地址|住址|所在|详细地址|地详细地址|所在地址|地地址)?"],
        spreads=True,
    ),
    Field(
        "address",
        [
            _WHO + r"(?:现|目前|家庭|常住?|实际|经常|详细|联系|通讯|通信|当前|居住|住|暂住)*(?:地址|住址|居住地|住地|居地|住所|居所|住处|居住点|居住地点)",
            r"(?:家庭|现)?住处",
            r"现住|现居",
        ],
        spreads=True,
    ),
    Field(
        "township_code",
        [_YOU + r"(?:所在|所属|现住|居住|归属)?(?:地)?(?:乡镇街道|街道乡镇|镇街道|街道镇|乡镇|镇乡|镇街|街镇|街道|乡|镇)(?:名称?|代码|编码|code)?"],
        spreads=True,
    ),
    Field(
        "village",
        [
            _YOU + r"(?:所在|所属|现住|居住|归属)?(?:行政|自然)?(?:村社区?|村居社区|社区村|村居|村委会?|居委会?|村名|社区|村委居委|村庄|村)(?:名称?)?",
        ],
        spreads=True,
    ),
    Field(
        "education_code",
        [
            _WHO
            + r"(?:最高|原有?|现有?|目前|当前|已有|现阶段|第一|全日制)*(?:学历|文化程度|文化水平|教育程度|受教育程度|学历层次|学历程度|学历情况|文化)(?:层次|代码|水平|状况|情况)?"
        ],
        options=_SCHOOLING,
        spreads=True,
        not_under="意愿|提升|拟|报考|报读|期望|目标",
    ),
    Field(
        "employer",
        [
            _YOU + r"(?:现|目前|所在|就业|工作|务工|用人|从业|任职|现就业|现工作|所属)*(?:单位|企业|公司|厂|工厂)(?:名称|全称)?",
            r"(?:工作|就业)(?:单位)?(?:及|/)?(?:地点|场所)",
        ],
        spreads=True,
    ),
    Field(
        "job",
        [
            _YOU + r"(?:现|目前|就业|工作|所在|从事|现从事|任职|所从事)*(?:的)?(?:岗位|职务|职业|工种|职位|工作岗位)(?:名称|工种)?",
            r"职业工种|工种岗位|岗位工种|职务岗位|岗位职务",
        ],
        spreads=True,
    ),
    Field(
        "phone",
        [
            _WHO
            + r"(?:常用|有效|现|家庭|联络|联系|移动|手机|固定|住宅|办公)*(?:电话|手机|方式|座机|电话手机|手机电话)(?:号码?)?[\d一二三]?",
            r"(?:备用|第二)(?:联系)?电话",
            r"(?:tel|telephone|phone|mobile)(?:no\.?)?\d?",
        ],
        repeats=True,
    ),
    Field(
        "wish",
        [r"(?!.*(?:途径|方式|形式|时间|课程|专业|工种|技能|层次|地点|备注|原因|内容)).*(?:意愿|愿意|意向|愿望).*", r"是否(?:想|要)?(?:提升学历|学历提升|报名|参加学历提升)"],
        options=_YES_NO,
    ),
    Field(
        "path",
        [r"(?!.*(?:联系|缴费|付款|支付|获知|了解)).*(?:途径|(?:学习|提升|培训|就读|修学)(?:的)?(?:方式|形式|渠道))"],
        spreads=True,
    ),
    Field(
        "course",
        [
            _YOU
            + r"(?:想要?|要|拟|意向|报名|报读|参加|选报?|所报|所选|选择|申请|学习|培训|希望)*(?:参加|学习?|上|报)?的?(?:技能)?(?:课程|培训项目|培训内容|培训班|培训工种|报名工种|鉴定工种|申报工种|报名项目|报名班级|班级名称|班次)(?:名称)?",
            r"接龙(?:内容|项目|选项|课程)",
            r"course",
        ],
        spreads=True,
    ),
    Field("signed_on", [r"(?:提交|报名|填写|答题|提交答卷|接龙|登记)(?:时间|日期)"]),
    Field("note", [r"备注|附注|说明|" + _YOU + r"(?:留言|其他(?:要求|说明))"]),
)  # fmt: skip

# The program's own export: every cell stands for itself, so nothing is filled down when it is read back.
EXPORT_TITLES = (
    "姓名", "性别", "证件类型", "证件号码", "出生日期", "民族", "户籍所在地", "镇街", "村社", "现居住地", "文化程度", "就业单位", "就业岗位",
    "联系电话", "备用电话", "学历提升意愿", "学习途径", "备注",
)  # fmt: skip

_STRANGERS = (
    "户主|家庭成员|家长|父亲|母亲|父母|配偶|子女|监护|紧急|联系人|填报|填表|制表|登记员|登记人(?!员)|介绍人|推荐人|审核|审批|负责人|村干部|网格员"
    "|班主任|经办|担保|家属|亲属|单位电话|单位地址|单位联系|企业联系|公司电话|公司地址|法人|法定代表|代办|代领|与.*关系|教师|老师|签名|签字"
    "|残疾证|毕业证|证书|银行|卡号|毕业|工作电话"
)
_SERIAL = r"序号?|编号|号|no\.?|序次|顺序号?|行号|index|#"


def roster_titles(chosen: Mapping[str, str] | None = None) -> Titles:
    """The compiled headings; ``chosen`` are headings a person assigned by hand (heading → key, "" to leave out)."""
    return Titles(FIELDS, strangers=_STRANGERS, serial=_SERIAL, chosen=chosen)
