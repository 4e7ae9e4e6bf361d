# ruff: noqa: E501
"""The columns of discharge lists and their names: simplified, traditional, English, and as systems abbreviate.

A new synonym is a word in this table and nothing else.
"""

from integrations.readers.tabular.columns import Field, Fields

_SYNONYMS: dict[str, str] = {
    "record_number": "病案号 病案號 病历号 病歷號 病历号码 病案编号 病历编号 病人号 病人编号 病人ID 患者ID 患者编号 患者号 患者主索引 登记号 "
    "档案号 健康档案号 主索引号 MRN PatientID PatientNo PatientNumber MedicalRecordNo MedicalRecordNumber RecordNo BAH BRID EMPI 病患編號",
    "admission_number": "住院号 住院號 住院号码 住院编号 住院流水号 住院登记号 入院号 入院登记号 住院ID 住院就诊号 就诊流水号 就诊号 "
    "AdmissionNo AdmissionNumber InpatientNo InpatientNumber VisitNo ZYH ZY号 住院病历号 住院病案号",
    "outpatient_number": "门诊号 門診號 门诊号码 门诊编号 门诊病历号 挂号序号 OutpatientNo OutpatientNumber MZH",
    "card_number": "就诊卡号 就诊卡 诊疗卡号 诊疗卡 健康卡号 健康卡 电子健康卡号 院内卡号 一卡通号 社保卡号 医保卡号 卡号 就診卡號 CardNo CardNumber",
    "identity_number": "身份证号 身份证号码 身份证 身份證號 身份證號碼 身份證字號 居民身份证号 居民身份证 公民身份号码 公民身份证号码 证件号 证件号码 "
    "证件编号 有效证件号 患者证件号码 患者身份证号 证照号码 證件號碼 IDNumber IDCard IDNo IDCardNo NationalID IdentityNumber SFZH SFZ ZJHM",
    "identity_kind": "证件类型 证件类别 证件名称 證件類型 IDType",
    "name": "姓名 患者姓名 病人姓名 患者名称 患者 病人 名字 患者名 病人名 住院病人姓名 病患姓名 Name PatientName FullName BRXM XM 姓名中文 出院患者姓名",
    "sex": "性别 性別 患者性别 病人性别 Sex Gender XB",
    "birth_date": "出生日期 出生年月日 出生年月 生日 出生时间 患者出生日期 出生日期时间 BirthDate DateOfBirth DOB Birthday CSRQ 出生",
    "age": "年龄 年齡 患者年龄 岁数 Age NL 年龄岁 实足年龄",
    "phone": "联系电话 电话 手机 手机号 手机号码 电话号码 患者电话 患者手机 患者联系电话 本人电话 本人手机 本人联系电话 联系方式 移动电话 家庭电话 住宅电话 "
    "现住址电话 联系手机 電話 聯絡電話 聯繫電話 手機 手機號碼 行動電話 Phone Mobile Telephone Tel PhoneNumber MobilePhone CellPhone ContactNumber LXDH SJH "
    "患者手机号 随访电话 回访电话 单位电话 工作单位电话 备用电话 电话本人",
    "contact_name": "联系人 联系人姓名 家属姓名 家属 陪护人 紧急联系人 紧急联系人姓名 監護人 监护人 監護人姓名 监护人姓名 聯絡人 聯繫人 ContactPerson ContactName LXR",
    "contact_relation": "联系人关系 与患者关系 与病人关系 关系 與患者關係 家属关系 Relationship LXRGX 联系人与患者关系 与联系人关系",
    "contact_phone": "联系人电话 联系人手机 联系人电话号码 联系人联系电话 家属电话 家属联系电话 家属手机 家属手机号 紧急联系人电话 紧急联系电话 监护人电话 聯絡人電話 聯繫人電話 "
    "ContactPhone ContactTel EmergencyPhone LXRDH",
    "email": "邮箱 电子邮箱 电子邮件 电邮 電子郵件 EMail Mail EmailAddress",
    "wechat": "微信 微信号 WeChat WeChatID",
    "admitted_on": "入院日期 入院时间 入院日 住院日期 入院日期时间 入院年月日 入科时间 入科日期 入院時間 AdmissionDate AdmitDate AdmittedOn DateOfAdmission "
    "AdmissionTime RYRQ RYSJ 住院开始日期",
    "discharged_on": "出院日期 出院时间 出院日 出院日期时间 出院年月日 离院日期 离院时间 出科时间 出院時間 离院日期时间 结束住院日期 DischargeDate DischargedOn "
    "DateOfDischarge DischargeTime CYRQ CYSJ 转归日期 结算出院日期",
    "department": "出院科室 科室 出院科别 科别 科室名称 出院科室名称 所在科室 所属科室 住院科室 临床科室 就诊科室 专科 出院專科 科別 Department DischargeDepartment "
    "Dept DeptName Specialty CYKS CYKB KS KSMC 出院科 收治科室 当前科室",
    "admission_department": "入院科室 入院科别 入院科室名称 AdmissionDepartment RYKS",
    "ward": "病区 出院病区 病区名称 出院病房 病房 护理单元 所在病区 病區 護理單元 Ward DischargeWard NursingUnit CYBQ BQ",
    "bed": "床号 床位 床位号 病床号 出院床号 床號 Bed BedNo CH",
    "physician": "主管医生 主管医师 经治医生 经治医师 管床医生 管床医师 主治医生 主治医师 住院医生 住院医师 责任医生 责任医师 医生 医师 医生姓名 医师姓名 床位医生 床位医师 "
    "主诊医师 主诊医生 诊治医生 主管醫生 主管醫師 主治醫師 主治醫生 經治醫師 醫師 醫生 Physician Doctor AttendingPhysician Attending AttendingDoctor "
    "PhysicianName DoctorName ZGYS ZZYS JZYS YSXM 出院医生 出院医师 主管医生姓名 主管医师姓名 经管医生 经管医师",
    "chief_physician": "主任医师 上级医师 科主任 副主任医师 主任副主任医师 主任醫師 ChiefPhysician",
    "nurse": "责任护士 责任护士姓名 主管护士 护士 護士 責任護士 Nurse ResponsibleNurse PrimaryNurse ZRHS",
    "diagnosis_code": "出院诊断编码 诊断编码 主要诊断编码 出院主要诊断编码 主诊断编码 出院主诊断编码 疾病编码 ICD编码 ICD10 ICD10编码 ICD 诊断代码 主要诊断代码 "
    "出院诊断代码 出院主诊断代码 疾病代码 主诊编码 診斷編碼 診斷代碼 DiagnosisCode ICDCode ICD10Code PrimaryDiagnosisCode JBDM ZDBM ZYZDBM",
    "diagnosis_text": "出院诊断 诊断 主要诊断 出院主要诊断 主诊断 出院主诊断 诊断名称 出院诊断名称 主要诊断名称 出院主要诊断名称 疾病名称 疾病诊断 临床诊断 主诊断名称 "
    "第一诊断 出院第一诊断 西医诊断 主要疾病诊断 診斷 出院診斷 主要診斷 Diagnosis DischargeDiagnosis PrimaryDiagnosis MainDiagnosis DiagnosisName CYZD ZYZD ZDMC 病种",
    "admission_diagnosis": "入院诊断 门诊诊断 门急诊诊断 入院诊断名称 AdmissionDiagnosis RYZD",
    "secondary_diagnoses": "其他诊断 次要诊断 其它诊断 出院其他诊断 其他诊断名称 合并症 并发症 伴随疾病 次要診斷 其他診斷 SecondaryDiagnosis SecondaryDiagnoses OtherDiagnoses QTZD",
    "procedure_code": "手术编码 手术操作编码 手术代码 手术及操作编码 主要手术编码 手术操作代码 ICD9 ICD9CM3 手術編碼 ProcedureCode OperationCode SSBM",
    "procedure_text": "手术名称 手术 手术操作名称 手术及操作名称 主要手术名称 主要手术 手术方式 手术操作 术式 拟行手术 手術名稱 手術 Procedure ProcedureName Operation OperationName Surgery SSMC",
    "surgery_level": "手术级别 手术等级 手术分级 级别 手術級別 手術等級 SurgeryLevel OperationLevel SurgeryGrade SSJB 手术操作级别 最高手术级别",
    "icu": "ICU 是否ICU 入住ICU 是否入住ICU 是否进入ICU 是否进ICU 重症监护 是否重症监护 监护病房 ICU天数 重症监护天数 是否入ICU 重症監護 ICUStay ICUDays",
    "critical": "病危 病重 是否病危 病危病重 是否危重 危重 病情 病危通知 病危通知书 是否下病危 危重标志 病危标志 告病危 Critical CriticalNotice",
    "disposition": "离院方式 出院方式 离院情况 离院去向 出院去向 离院方式名称 離院方式 出院方式名称 出院类型 離院去向 DischargeDisposition Disposition DischargeType "
    "DischargeMode LYFS CYFS",
    "outcome": "转归 出院情况 治疗结果 出院转归 疗效 治愈情况 转归情况 出院结果 治療結果 轉歸 Outcome DischargeOutcome ZG 出院状态 出院病情",
    "died": "是否死亡 死亡 死亡标志 死亡否 Died Deceased Death 死亡患者",
    "died_on": "死亡日期 死亡时间 DeathDate DateOfDeath",
    "visit_number": "住院次数 入院次数 第几次住院 住院次 次数 本次住院次数 住院序次 住院次數 VisitNumber AdmissionTimes AdmissionCount TimesOfAdmission ZYCS",
    "discharge_instructions": "出院医嘱 出院指导 出院带教 医嘱 健康指导 出院建议 出院小结医嘱 出院注意事项 离院医嘱 出院醫囑 出院指導 出院后医嘱 "
    "DischargeInstructions Instructions DischargeAdvice CYYZ 出院健康教育",
    "revisit_on": "复诊日期 复诊时间 复查日期 复查时间 预约复诊日期 下次复诊日期 下次复诊时间 随诊日期 複診日期 複診時間 回診日期 RevisitDate FollowUpDate "
    "NextVisit NextAppointment FZRQ 复诊 复查",
    "medicines": "出院带药 带药 出院用药 出院帶藥 DischargeMedication Medicines Medications CYDY",
    "fees": "总费用 住院总费用 费用 总费用元 住院费用 合计费用 医疗总费用 费用总额 总金额 總費用 住院總費用 TotalCost TotalFee Fees Charges ZFY 医疗费用",
    "address": "现住址 住址 家庭住址 地址 家庭地址 联系地址 现居住地 居住地址 居住地 通讯地址 常住地址 现地址 地址现住址 住址现住址 現住址 地址家庭 Address HomeAddress "
    "CurrentAddress XZZ ZZ",
    "registered_address": "户口地址 户籍地址 户口所在地 户籍地 户籍所在地 籍贯 出生地 RegisteredAddress",
    "occupation": "职业 職業 职业名称 Occupation Job ZY",
    "employer": "工作单位 单位 单位名称 工作单位及地址 服務單位 Employer Company GZDW",
    "education": "文化程度 学历 教育程度 Education",
    "marital_status": "婚姻 婚姻状况 婚否 婚姻狀況 Marriage MaritalStatus HYZK",
    "insurance": "医保类型 费别 付费方式 医疗付费方式 付款方式 医疗付款方式 患者类型 病人类型 保险类型 结算类型 医保类别 参保类型 險別 Insurance PaymentType InsuranceType FB",
    "allergies": "过敏史 药物过敏 过敏药物 药物过敏史 过敏 過敏史 Allergies Allergy",
    "length_of_stay": "住院天数 实际住院天数 住院日数 天数 住院天數 LengthOfStay LOS ZYTS",
    "row_label": "序号 编号 行号 序 序號 编码序号 No Number Index XH",
    "hospital_name": "医院 医院名称 机构名称 医疗机构名称 院区 院区名称 Hospital Campus",
    "ethnicity": "民族 Ethnicity Nation 国籍 国籍地区",
}  # fmt: skip

# known, so that they are taken for nothing else; nothing is read from them
_NOT_USED = frozenset((
    "identity_kind", "chief_physician", "admission_diagnosis", "registered_address", "employer", "length_of_stay",
    "row_label", "hospital_name", "ethnicity",
))  # fmt: skip
_SEVERAL = frozenset({"phone", "secondary_diagnoses"})
REQUIRED = ("name", "discharged_on")

DISCHARGE_FIELDS = Fields(
    kind="discharges",
    fields=tuple(Field(name, frozenset(words.split()), name in _SEVERAL) for name, words in _SYNONYMS.items()),
    required=REQUIRED,
    not_used=_NOT_USED,
    ambiguous={
        "日期": ("discharged_on", "admitted_on"),
        "时间": ("discharged_on", "admitted_on"),
        "date": ("discharged_on", "admitted_on"),
        "号码": ("admission_number", "record_number", "phone"),
        "编码": ("diagnosis_code", "procedure_code"),
        "代码": ("diagnosis_code", "procedure_code"),
        "code": ("diagnosis_code", "procedure_code"),
        "id": ("record_number", "identity_number", "admission_number"),
        "病人信息": ("name", "record_number"),
        "名称": ("diagnosis_text", "procedure_text", "department"),
        "结果": ("disposition", "outcome"),
        "方式": ("disposition", "procedure_text"),
        "主任": ("chief_physician", "physician"),
    },
)

# Who somebody is, in the lists of all kinds.
WHO = (
    *("name", "identity_number", "identity_kind", "sex", "birth_date", "age", "phone", "record_number", "card_number"),
    *("email", "wechat", "address", "employer", "row_label"),
)


def shared_fields(*further: str) -> tuple[Field, ...]:
    """The columns that say who somebody is, and further ones by name, with the synonyms of discharge lists."""
    return tuple(one for one in DISCHARGE_FIELDS.fields if one.name in WHO or one.name in further)
