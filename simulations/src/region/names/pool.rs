//! The names people of a region bear.
//!
//! Common names of the country in invented combinations, few enough that many people share one.
//! No family name of the staff pool (`staff.rs`) occurs here, so staff never bear a patient's name.

/// A family name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Family {
    /// Kanji in everyday form.
    pub(crate) kanji: &'static str,
    /// Katakana, full width.
    pub(crate) kana: &'static str,
    /// Households of 1,000, roughly.
    pub(crate) weight: u32,
    /// A variant form that some families write, or empty.
    pub(crate) variant: &'static str,
    /// Another reading that registers confuse with it, or empty.
    pub(crate) other_kana: &'static str,
}

const fn family(
    kanji: &'static str,
    kana: &'static str,
    weight: u32,
    variant: &'static str,
    other_kana: &'static str,
) -> Family {
    Family { kanji, kana, weight, variant, other_kana }
}

/// All families. Variants: 髙 﨑 德 邉 邊 齋 濵 濱 澤 廣 嶋 國 are in code page 932, 𠮷 is not.
pub(crate) const FAMILIES: &[Family] = &[
    family("佐藤", "サトウ", 30, "", ""),
    family("鈴木", "スズキ", 30, "", "スヅキ"),
    family("高橋", "タカハシ", 30, "髙橋", ""),
    family("田中", "タナカ", 40, "", ""),
    family("渡辺", "ワタナベ", 24, "渡邉", ""),
    family("渡辺", "ワタナベ", 6, "渡邊", ""),
    family("山本", "ヤマモト", 45, "", ""),
    family("中村", "ナカムラ", 45, "", ""),
    family("小林", "コバヤシ", 30, "", ""),
    family("加藤", "カトウ", 20, "", ""),
    family("吉田", "ヨシダ", 40, "𠮷田", ""),
    family("山田", "ヤマダ", 30, "", ""),
    family("山崎", "ヤマザキ", 25, "山﨑", "ヤマサキ"),
    family("山崎", "ヤマサキ", 8, "山﨑", "ヤマザキ"),
    family("中島", "ナカジマ", 14, "中嶋", "ナカシマ"),
    family("中島", "ナカシマ", 6, "中嶋", "ナカジマ"),
    family("斎藤", "サイトウ", 14, "齋藤", ""),
    family("斉藤", "サイトウ", 8, "齊藤", ""),
    family("大野", "オオノ", 14, "", "オーノ"),
    family("小野", "オノ", 12, "", ""),
    family("大久保", "オオクボ", 8, "", "オークボ"),
    family("高田", "タカダ", 9, "髙田", "タカタ"),
    family("高崎", "タカサキ", 5, "髙﨑", "タカザキ"),
    family("浜田", "ハマダ", 10, "濵田", ""),
    family("浜田", "ハマダ", 4, "濱田", ""),
    family("徳田", "トクダ", 8, "德田", ""),
    family("沢田", "サワダ", 9, "澤田", ""),
    family("広瀬", "ヒロセ", 8, "廣瀬", ""),
    family("国分", "コクブ", 4, "國分", ""),
    family("竹内", "タケウチ", 12, "", ""),
    family("木津", "キヅ", 5, "", "キズ"),
    family("東", "ヒガシ", 14, "", ""),
    family("林", "ハヤシ", 18, "", ""),
    family("清水", "シミズ", 16, "", "シミヅ"),
    family("松本", "マツモト", 20, "", ""),
    family("井上", "イノウエ", 18, "", ""),
    family("木村", "キムラ", 16, "", ""),
    family("西田", "ニシダ", 12, "", ""),
    family("北村", "キタムラ", 14, "", ""),
    family("宮本", "ミヤモト", 14, "", ""),
    family("谷口", "タニグチ", 10, "", ""),
    family("橋本", "ハシモト", 12, "", ""),
    family("前田", "マエダ", 16, "", ""),
    family("岡田", "オカダ", 12, "", ""),
    family("村上", "ムラカミ", 10, "", ""),
    family("坂本", "サカモト", 14, "", ""),
    family("新谷", "シンタニ", 6, "", ""),
    family("南", "ミナミ", 8, "", ""),
    family("北", "キタ", 6, "", ""),
    family("森", "モリ", 12, "", ""),
    family("藤田", "フジタ", 10, "", ""),
    family("中川", "ナカガワ", 10, "", ""),
    family("川端", "カワバタ", 8, "", ""),
    family("長谷川", "ハセガワ", 8, "", ""),
    family("近藤", "コンドウ", 8, "", ""),
    family("石田", "イシダ", 8, "", ""),
    family("上田", "ウエダ", 10, "", ""),
    family("池田", "イケダ", 8, "", ""),
    family("西村", "ニシムラ", 10, "", ""),
    family("表", "オモテ", 4, "", ""),
];

/// Given names as (kanji, katakana).
type Given = (&'static str, &'static str);

/// Men born before 1960.
#[rustfmt::skip]
pub(crate) const MEN_OLD: &[Given] = &[
    ("正", "タダシ"), ("清", "キヨシ"), ("茂", "シゲル"), ("勇", "イサム"), ("実", "ミノル"),
    ("博", "ヒロシ"), ("弘", "ヒロシ"), ("昭一", "ショウイチ"), ("正一", "ショウイチ"),
    ("三郎", "サブロウ"), ("太郎", "タロウ"), ("武", "タケシ"), ("進", "ススム"),
    ("幸雄", "ユキオ"), ("久雄", "ヒサオ"), ("一夫", "カズオ"), ("良一", "リョウイチ"),
    ("俊夫", "トシオ"), ("英雄", "ヒデオ"), ("千鶴夫", "チヅオ"),
];

/// Men born from 1960 to 1989.
#[rustfmt::skip]
pub(crate) const MEN_MIDDLE: &[Given] = &[
    ("誠", "マコト"), ("浩", "ヒロシ"), ("健一", "ケンイチ"), ("隆", "タカシ"), ("修", "オサム"),
    ("純一", "ジュンイチ"), ("祥一", "ショウイチ"), ("大輔", "ダイスケ"), ("直樹", "ナオキ"),
    ("亮", "リョウ"), ("聡", "サトシ"), ("剛", "ツヨシ"), ("和也", "カズヤ"), ("淳", "ジュン"),
    ("哲也", "テツヤ"), ("恭平", "キョウヘイ"), ("修平", "シュウヘイ"), ("翔平", "ショウヘイ"),
];

/// Boys and men born from 1990.
#[rustfmt::skip]
pub(crate) const MEN_YOUNG: &[Given] = &[
    ("大翔", "ヒロト"), ("蓮", "レン"), ("翔太", "ショウタ"), ("拓海", "タクミ"), ("陸", "リク"),
    ("悠人", "ユウト"), ("悠太", "ユウタ"), ("颯真", "ソウマ"), ("湊", "ミナト"), ("樹", "イツキ"),
    ("良佑", "リョウスケ"), ("恭介", "キョウスケ"), ("隼", "シュン"), ("海斗", "カイト"),
    ("譲二", "ジョージ"), ("瑞希", "ミズキ"),
];

/// Women born before 1960.
#[rustfmt::skip]
pub(crate) const WOMEN_OLD: &[Given] = &[
    ("京子", "キョウコ"), ("和子", "カズコ"), ("幸子", "サチコ"), ("節子", "セツコ"),
    ("静", "シヅ"), ("美津子", "ミツコ"), ("千鶴子", "チヅコ"), ("久子", "ヒサコ"),
    ("恭子", "キョウコ"), ("順子", "ジュンコ"), ("良子", "リョウコ"), ("涼子", "リョウコ"),
    ("文子", "フミコ"), ("キヨ", "キヨ"), ("ハル", "ハル"), ("トメ", "トメ"), ("花子", "ハナコ"),
    ("伊緒里", "イヲリ"), ("洋子", "ヨウコ"), ("昌子", "ショウコ"),
];

/// Women born from 1960 to 1989.
#[rustfmt::skip]
pub(crate) const WOMEN_MIDDLE: &[Given] = &[
    ("由美", "ユミ"), ("真由美", "マユミ"), ("明美", "アケミ"), ("恵子", "ケイコ"),
    ("祥子", "ショウコ"), ("涼子", "リョウコ"), ("杏子", "キョウコ"), ("裕子", "ユウコ"),
    ("美穂", "ミホ"), ("純子", "ジュンコ"), ("沙織", "サオリ"), ("香織", "カオリ"),
    ("千鶴", "チヅル"), ("美月", "ミヅキ"), ("愛", "アイ"), ("麻衣", "マイ"), ("舞", "マイ"),
];

/// Girls and women born from 1990.
#[rustfmt::skip]
pub(crate) const WOMEN_YOUNG: &[Given] = &[
    ("陽菜", "ヒナ"), ("結衣", "ユイ"), ("葵", "アオイ"), ("凛", "リン"), ("美月", "ミヅキ"),
    ("瑞季", "ミズキ"), ("紬", "ツムギ"), ("咲良", "サクラ"), ("杏", "アン"), ("莉子", "リコ"),
    ("京香", "キョウカ"), ("珠里", "ジュリ"), ("伊織", "イオリ"), ("優衣", "ユイ"),
    ("栞", "シオリ"), ("翔子", "ショウコ"),
];

/// Given names that parents write with ヴ.
pub(crate) const VU_NAMES: &[Given] =
    &[("ヴィオラ", "ヴィオラ"), ("恵美", "エヴァ"), ("里美", "リヴィ"), ("新", "ノヴァ")];

/// Twins, as two given names a hurried ear confuses; boys first, then girls.
pub(crate) const TWINS: [&[(Given, Given)]; 2] = [
    &[(("優太", "ユウタ"), ("優斗", "ユウト")), (("遼", "リョウ"), ("涼真", "リョウマ"))],
    &[(("由奈", "ユナ"), ("由真", "ユマ")), (("彩", "アヤ"), ("彩音", "アヤネ"))],
];

/// Foreign names written in katakana: (family, given, name in use in Japan).
pub(crate) const FOREIGN_KATAKANA: &[(&str, &str, Given)] = &[
    ("グエン", "ティ・ハナ", ("源　花", "ミナモト　ハナ")),
    ("グエン", "ヴァン・ミン", ("源　明", "ミナモト　アキラ")),
    ("シルヴァ", "マリア", ("志摩　真理", "シマ　マリ")),
    ("サントス", "ジョゼ", ("三都　譲", "サント　ジョウ")),
    ("ヴァレリー", "アンナ", ("晴　杏奈", "ハレ　アンナ")),
    ("ラム", "シャルマ", ("羅夢　沙丸", "ラム　シャルマ")),
];

/// Foreign names written in the alphabet: (family, given, family kana, given kana).
pub(crate) const FOREIGN_ALPHABET: &[(&str, &str, &str, &str)] = &[
    ("SMITH", "JOHN", "スミス", "ジョン"),
    ("MUELLER", "ANNA", "ミュラー", "アンナ"),
    ("SANTOS", "MARIA", "サントス", "マリア"),
    ("LEE", "MIN", "リー", "ミン"),
];

/// The given names of a sex (0 men, 1 women) and year of birth.
pub(crate) fn given_names(woman: bool, birth_year: i32) -> &'static [Given] {
    match (woman, birth_year) {
        (false, ..1960) => MEN_OLD,
        (false, 1960..1990) => MEN_MIDDLE,
        (false, _) => MEN_YOUNG,
        (true, ..1960) => WOMEN_OLD,
        (true, 1960..1990) => WOMEN_MIDDLE,
        (true, _) => WOMEN_YOUNG,
    }
}
