#!/usr/bin/env python3
"""Writes parsers/log/multibyte_tables.inc: what the two-byte encodings of East Asia stand for.

For each encoding, taken from Python's own codec:
  constexpr std::uint16_t kGbkCodes[leads * trails]   UTF-16 code of a pair, 0 where there is none
  constexpr std::uint16_t kGbkFrequent[]              pairs that make up most of any text, sorted
The lists of frequent characters are the commonest of each language (they make up half of running
text or more), and the words of training logs.
"""
import sys

SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运"
    "训练损失验证准率轮批模型测试精停止始束存载集迭步均值梯优参输错误警检网络层最佳束，。：（）、！")
TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作里"
    "用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實"
    "日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政"
    "美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員"
    "解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件"
    "計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象"
    "完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運"
    "訓練損失驗證準率輪批模型測試精停止始束存載集迭步均值梯優參輸錯誤警檢網絡層最佳儲檔案執，。：（）、！")
HANGUL = (
    "이다는의에을가로고하도지사기한은리자를어나니아서대시인스수들그부전일정과해만게라보원구상제으주장것여있없"
    "할조성경중연공국동소관신학계적화생발미우비선용방문분개재마드트물면모무말안야오당명세거내바실와간진된되데"
    "했였습됩합니까요차위단식년반통주교심히려며행표결름같못더때까후회람입금체산각현민영작업노음등열및르그크"
    "훈련손실검증확에포크률델습값배치평균저완료시작종최력출터률테험층망매개변점목록류경고패초"
    "코러레프버번파포피저달복불설속료날별많받법본북없울움운월유육은음응익임잘잡절졌존죽준증직질집찾책처청추출치친"
    "크타태토투특판편평품필함항향호환활황")
KANA = "".join(chr(c) for c in range(0x3041, 0x3094)) + "".join(chr(c) for c in range(0x30A1, 0x30F7))
JAPANESE = KANA + (
    "ー、。：（）・日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北"
    "午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力"
    "問代明動京目通言理体田主題意不作用度強公持野以思家世多正安院心界教文元重近考画海売知道集別物使品計死特"
    "私始朝運終台広住真有口少町料工建空急止送切転研足究楽起着店病質待試族銀早映親験英医仕去味写字答夜音注帰"
    "訓練損失検証精率数値平均保存了済最適化層率設定結果読込処評価的性成分対実関表示")

# name, codec, leads, trails, frequent
ENCODINGS = [
    ("Gbk", "gb18030", (0x81, 0xFE), (0x40, 0xFE), SIMPLIFIED),
    ("EucKr", "cp949", (0x81, 0xFE), (0x41, 0xFE), HANGUL),
    ("ShiftJis", "cp932", (0x81, 0xFC), (0x40, 0xFC), JAPANESE),
    ("Big5", "cp950", (0x81, 0xFE), (0x40, 0xFE), TRADITIONAL),
    ("EucJp", "euc_jp", (0xA1, 0xFE), (0xA1, 0xFE), JAPANESE),
]


def code_of(codec: str, lead: int, trail: int) -> int:
    try:
        text = bytes((lead, trail)).decode(codec)
    except UnicodeDecodeError:
        return 0
    # Half-width katakana and an ASCII letter are two characters, and no pair.
    return ord(text) if len(text) == 1 and ord(text) < 0x10000 else 0


def lines(values, form: str):
    values = [form % v for v in values]
    return "".join("    " + ", ".join(values[i:i + 16]) + ",\n" for i in range(0, len(values), 16))


def main() -> None:
    out = ["// Written by cmake/multibyte_tables.py.\n"]
    for name, codec, leads, trails, frequent in ENCODINGS:
        codes = [code_of(codec, lead, trail) for lead in range(leads[0], leads[1] + 1)
                 for trail in range(trails[0], trails[1] + 1)]
        pairs = set()
        for character in frequent:
            pair = character.encode(codec)
            assert len(pair) == 2, character
            # In CP1252 "’t" and "“T" end in a letter too; katakana begins with what no one writes.
            if name == "ShiftJis" and pair[0] >= 0x88 and pair[1] < 0x80:
                continue
            # GBK has the same punctuation at the same places.
            if name == "EucJp" and pair[0] == 0xA1:
                continue
            pairs.add(pair[0] << 8 | pair[1])
        out.append(f"constexpr std::uint16_t k{name}Codes[] = {{\n{lines(codes, '%d')}}};\n")
        out.append(f"constexpr std::uint16_t k{name}Frequent[] = {{\n{lines(sorted(pairs), '0x%04X')}}};\n")
        out.append(f"constexpr PairTable k{name} = {{{leads[0]}, {leads[1]}, {trails[0]}, {trails[1]}, "
                   f"k{name}Codes, k{name}Frequent}};\n")
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write("".join(out))


if __name__ == "__main__":
    main()
