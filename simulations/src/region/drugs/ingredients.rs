//! The table of ingredients and what makes a class dangerous in a disaster.

use serde::Serialize;

use super::Listing;

/// Why a drug must be seen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// 333: warfarin and direct oral anticoagulants.
    Anticoagulant,
    /// 2492.
    Insulin,
    /// 113.
    Antiepileptic,
    /// 245.
    Steroid,
    /// 811, 821.
    Opioid,
    /// 3999 of our table holds immunosuppressants only.
    Immunosuppressant,
}

/// The table `therapeutic_classes.csv` is written from: class prefix, name, danger.
pub(crate) const CLASSES: &[(&str, &str, Option<Danger>)] = &[
    ("112", "催眠鎮静剤，抗不安剤", None),
    ("113", "抗てんかん剤", Some(Danger::Antiepileptic)),
    ("114", "解熱鎮痛消炎剤", None),
    ("116", "抗パーキンソン剤", None),
    ("117", "精神神経用剤", None),
    ("119", "その他の中枢神経系用薬", None),
    ("121", "局所麻酔剤", None),
    ("131", "眼科用剤", None),
    ("211", "強心剤", None),
    ("212", "不整脈用剤", None),
    ("213", "利尿剤", None),
    ("214", "血圧降下剤", None),
    ("217", "血管拡張剤", None),
    ("218", "高脂血症用剤", None),
    ("222", "鎮咳剤", None),
    ("223", "去たん剤", None),
    ("225", "気管支拡張剤", None),
    ("232", "消化性潰瘍用剤", None),
    ("235", "下剤，浣腸剤", None),
    ("243", "甲状腺，副甲状腺ホルモン剤", None),
    ("245", "副腎ホルモン剤", Some(Danger::Steroid)),
    ("2492", "インスリン", Some(Danger::Insulin)),
    ("259", "その他の泌尿生殖器官用薬", None),
    ("264", "鎮痛，鎮痒，収斂，消炎剤", None),
    ("311", "ビタミンＡ及びＤ剤", None),
    ("313", "ビタミンＢ剤", None),
    ("331", "血液代用剤", None),
    ("333", "血液凝固阻止剤", Some(Danger::Anticoagulant)),
    ("339", "その他の血液・体液用薬", None),
    ("394", "痛風治療剤", None),
    ("396", "糖尿病用剤", None),
    ("399", "他に分類されない代謝性医薬品", Some(Danger::Immunosuppressant)),
    ("449", "その他のアレルギー用薬", None),
    ("520", "漢方製剤", None),
    ("613", "主としてグラム陽性・陰性菌に作用するもの", None),
    ("614", "主としてグラム陽性菌，マイコプラズマに作用するもの", None),
    ("624", "合成抗菌剤", None),
    ("721", "Ｘ線造影剤", None),
    ("811", "あへんアルカロイド系麻薬", Some(Danger::Opioid)),
    ("821", "合成麻薬", Some(Danger::Opioid)),
];

/// The danger of a class by its longest prefix in [`CLASSES`].
pub(crate) fn danger_of(class: &str) -> Option<Danger> {
    CLASSES
        .iter()
        .filter(|(prefix, _, _)| class.starts_with(prefix))
        .max_by_key(|(prefix, _, _)| prefix.len())
        .and_then(|(_, _, danger)| *danger)
}

/// How a drug is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DrugForm {
    Tablet,
    Capsule,
    Powder,
    Injection,
    Pen,
    Tape,
    EyeDrops,
    Inhaler,
}

impl DrugForm {
    /// The word in product names.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Tablet => "錠",
            Self::Capsule => "カプセル",
            Self::Powder => "顆粒",
            Self::Injection | Self::Pen => "注",
            Self::Tape => "テープ",
            Self::EyeDrops => "点眼液",
            Self::Inhaler => "吸入",
        }
    }

    /// Unit name, with our own number for it.
    pub(crate) const fn unit(self) -> (&'static str, u8) {
        match self {
            Self::Tablet => ("錠", 1),
            Self::Capsule => ("カプセル", 2),
            Self::Powder => ("ｇ", 3),
            Self::Injection => ("管", 4),
            Self::Pen => ("キット", 5),
            Self::Tape => ("枚", 6),
            Self::EyeDrops => ("ｍＬ", 7),
            Self::Inhaler => ("キット", 5),
        }
    }

    /// The form letter of the price-list code.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Tablet => 'F',
            Self::Capsule => 'M',
            Self::Powder => 'D',
            Self::Injection => 'A',
            Self::Pen => 'G',
            Self::Tape => 'S',
            Self::EyeDrops => 'Q',
            Self::Inhaler => 'G',
        }
    }

    /// Column 28 of the master: 1 internal, 4 injection, 6 external.
    pub(crate) const fn master_code(self) -> u8 {
        match self {
            Self::Tablet | Self::Capsule | Self::Powder => 1,
            Self::Injection | Self::Pen => 4,
            Self::Tape | Self::EyeDrops | Self::Inhaler => 6,
        }
    }
}

/// An ingredient.
#[derive(Debug)]
pub(crate) struct Ingredient {
    /// The word regimens name it by.
    pub(crate) key: &'static str,
    /// Therapeutic class, four digits.
    pub(crate) class: &'static str,
    pub(crate) name: &'static str,
    /// Half-width kana.
    pub(crate) kana: &'static str,
    pub(crate) form: DrugForm,
    pub(crate) strengths: &'static [&'static str],
    /// Hundredths of a yen for the first strength.
    pub(crate) price: u32,
    /// Column 14: 0 none, 1 narcotic, 3 psychotropic.
    pub(crate) control: u8,
    pub(crate) listing: Listing,
}

const fn drug(
    key: &'static str,
    class: &'static str,
    name: &'static str,
    kana: &'static str,
    form: DrugForm,
    strengths: &'static [&'static str],
    price: u32,
) -> Ingredient {
    let listing = Listing::Current;
    Ingredient { key, class, name, kana, form, strengths, price, control: 0, listing }
}

const fn controlled(control: u8, ingredient: Ingredient) -> Ingredient {
    Ingredient { control, ..ingredient }
}

const fn listed(listing: Listing, ingredient: Ingredient) -> Ingredient {
    Ingredient { listing, ..ingredient }
}

use DrugForm::{Capsule, EyeDrops, Inhaler, Injection, Pen, Powder, Tablet, Tape};

/// All ingredients.
#[rustfmt::skip]
pub(crate) const INGREDIENTS: &[Ingredient] = &[
    drug("warfarin", "3332", "ワルファ", "ﾜﾙﾌｧ", Tablet, &["０．５ｍｇ", "１ｍｇ"], 980),
    drug("apixa", "3339", "アピキサ", "ｱﾋﾟｷｻ", Tablet, &["２．５ｍｇ", "５ｍｇ"], 13000),
    drug("edoxa", "3339", "エドキサ", "ｴﾄﾞｷｻ", Tablet, &["３０ｍｇ", "６０ｍｇ"], 41000),
    drug("rivaro", "3339", "リバロキ", "ﾘﾊﾞﾛｷ", Tablet, &["１０ｍｇ", "１５ｍｇ"], 36000),
    drug("aspirin", "3399", "アスピ腸溶", "ｱｽﾋﾟﾁｮｳﾖｳ", Tablet, &["１００ｍｇ"], 570),
    drug("clopido", "3399", "クロピド", "ｸﾛﾋﾟﾄﾞ", Tablet, &["２５ｍｇ", "７５ｍｇ"], 3000),
    drug("amlodi", "2171", "アムロジ", "ｱﾑﾛｼﾞ", Tablet, &["２．５ｍｇ", "５ｍｇ"], 1010),
    drug("nifedi", "2171", "ニフェジ徐放", "ﾆﾌｪｼﾞｼﾞｮﾎｳ", Tablet, &["２０ｍｇ"], 1200),
    drug("manidi", "2172", "マニジ", "ﾏﾆｼﾞ", Tablet, &["１０ｍｇ"], 1500),
    drug("telmi", "2149", "テルミサ", "ﾃﾙﾐｻ", Tablet, &["２０ｍｇ", "４０ｍｇ"], 1300),
    drug("olme", "2149", "オルメサ", "ｵﾙﾒｻ", Tablet, &["１０ｍｇ", "２０ｍｇ"], 1400),
    drug("cande", "2149", "カンデサ", "ｶﾝﾃﾞｻ", Tablet, &["４ｍｇ", "８ｍｇ"], 1100),
    drug("enala", "2144", "エナラ", "ｴﾅﾗ", Tablet, &["５ｍｇ"], 1000),
    drug("carvedi", "2149", "カルベジ", "ｶﾙﾍﾞｼﾞ", Tablet, &["２．５ｍｇ", "１０ｍｇ"], 1000),
    drug("bisopro", "2123", "ビソプロ", "ﾋﾞｿﾌﾟﾛ", Tablet, &["０．６２５ｍｇ", "２．５ｍｇ"], 1000),
    drug("digox", "2113", "ジゴキ", "ｼﾞｺﾞｷ", Tablet, &["０．１２５ｍｇ"], 980),
    drug("furose", "2139", "フロセ", "ﾌﾛｾ", Tablet, &["２０ｍｇ"], 980),
    drug("spirono", "2133", "スピロノ", "ｽﾋﾟﾛﾉ", Tablet, &["２５ｍｇ"], 1400),
    drug("glargine", "2492", "インスリグラ", "ｲﾝｽﾘｸﾞﾗ", Pen, &["３００単位"], 150_000),
    drug("aspart", "2492", "インスリアス", "ｲﾝｽﾘｱｽ", Pen, &["３００単位"], 140_000),
    drug("metfor", "3962", "メトホ", "ﾒﾄﾎ", Tablet, &["２５０ｍｇ", "５００ｍｇ"], 1010),
    drug("glimepi", "3961", "グリメピ", "ｸﾞﾘﾒﾋﾟ", Tablet, &["０．５ｍｇ", "１ｍｇ"], 1010),
    drug("sitag", "3969", "シタグリ", "ｼﾀｸﾞﾘ", Tablet, &["２５ｍｇ", "５０ｍｇ"], 6000),
    drug("empagli", "3969", "エンパグリ", "ｴﾝﾊﾟｸﾞﾘ", Tablet, &["１０ｍｇ"], 18000),
    drug("valpro", "1139", "バルプロ徐放", "ﾊﾞﾙﾌﾟﾛｼﾞｮﾎｳ", Tablet, &["１００ｍｇ", "２００ｍｇ"], 900),
    drug("phenyto", "1132", "フェニト", "ﾌｪﾆﾄ", Tablet, &["１００ｍｇ"], 1200),
    drug("levetira", "1139", "レベチラ", "ﾚﾍﾞﾁﾗ", Tablet, &["２５０ｍｇ", "５００ｍｇ"], 5000),
    drug("predni", "2456", "プレドニ", "ﾌﾟﾚﾄﾞﾆ", Tablet, &["１ｍｇ", "５ｍｇ"], 830),
    drug("dexa", "2454", "デキサメ", "ﾃﾞｷｻﾒ", Tablet, &["０．５ｍｇ"], 560),
    drug("betame", "2454", "ベタメ", "ﾍﾞﾀﾒ", Injection, &["２ｍｇ"], 9900),
    controlled(1, drug("morphi", "8114", "モルヒ徐放", "ﾓﾙﾋｼﾞｮﾎｳ", Tablet, &["１０ｍｇ", "３０ｍｇ"], 24000)),
    controlled(1, drug("oxyco", "8119", "オキシコ徐放", "ｵｷｼｺｼﾞｮﾎｳ", Tablet, &["５ｍｇ", "１０ｍｇ"], 12000)),
    controlled(1, drug("fentany", "8219", "フェンタ", "ﾌｪﾝﾀ", Tape, &["１ｍｇ", "２ｍｇ"], 48000)),
    drug("methotre", "3999", "メトトレ", "ﾒﾄﾄﾚ", Capsule, &["２ｍｇ"], 11000),
    drug("tacroli", "3999", "タクロリ", "ﾀｸﾛﾘ", Capsule, &["０．５ｍｇ", "１ｍｇ"], 21000),
    drug("cyclo", "3999", "シクロス", "ｼｸﾛｽ", Capsule, &["２５ｍｇ"], 9000),
    drug("rosuva", "2189", "ロスバ", "ﾛｽﾊﾞ", Tablet, &["２．５ｍｇ", "５ｍｇ"], 1010),
    drug("atorva", "2189", "アトルバ", "ｱﾄﾙﾊﾞ", Tablet, &["５ｍｇ", "１０ｍｇ"], 1010),
    drug("feno", "2183", "フェノフィ", "ﾌｪﾉﾌｨ", Tablet, &["８０ｍｇ"], 1500),
    drug("lansop", "2329", "ランソプ", "ﾗﾝｿﾌﾟ", Tablet, &["１５ｍｇ", "３０ｍｇ"], 2000),
    drug("famo", "2325", "ファモ", "ﾌｧﾓ", Tablet, &["１０ｍｇ", "２０ｍｇ"], 1010),
    drug("rebami", "2329", "レバミ", "ﾚﾊﾞﾐ", Tablet, &["１００ｍｇ"], 1010),
    controlled(3, drug("etizo", "1124", "エチゾ", "ｴﾁｿﾞ", Tablet, &["０．２５ｍｇ", "０．５ｍｇ"], 980)),
    controlled(3, drug("brotizo", "1124", "ブロチゾ", "ﾌﾞﾛﾁｿﾞ", Tablet, &["０．２５ｍｇ"], 1010)),
    controlled(3, drug("zolpi", "1129", "ゾルピ", "ｿﾞﾙﾋﾟ", Tablet, &["５ｍｇ", "１０ｍｇ"], 1010)),
    drug("paroxe", "1179", "パロキ", "ﾊﾟﾛｷ", Tablet, &["１０ｍｇ"], 2000),
    drug("sertra", "1179", "セルトラ", "ｾﾙﾄﾗ", Tablet, &["２５ｍｇ"], 1900),
    drug("risper", "1179", "リスペ", "ﾘｽﾍﾟ", Tablet, &["１ｍｇ"], 1010),
    drug("donepe", "1190", "ドネペ", "ﾄﾞﾈﾍﾟ", Tablet, &["３ｍｇ", "５ｍｇ"], 3000),
    drug("meman", "1190", "メマンチ", "ﾒﾏﾝﾁ", Tablet, &["２０ｍｇ"], 8000),
    drug("levodo", "1169", "レボドパ配合", "ﾚﾎﾞﾄﾞﾊﾟ", Tablet, &["１００ｍｇ"], 1800),
    drug("febuxo", "3949", "フェブキソ", "ﾌｪﾌﾞｷｿ", Tablet, &["１０ｍｇ", "２０ｍｇ"], 1100),
    drug("allopu", "3943", "アロプリ", "ｱﾛﾌﾟﾘ", Tablet, &["１００ｍｇ"], 1010),
    drug("alfacal", "3112", "アルファカル", "ｱﾙﾌｧｶﾙ", Capsule, &["０．５μｇ"], 980),
    drug("mecoba", "3136", "メコバ", "ﾒｺﾊﾞ", Tablet, &["０．５ｍｇ"], 570),
    drug("mecobainj", "3136", "メコバ", "ﾒｺﾊﾞﾁｭｳ", Injection, &["０．５ｍｇ"], 9400),
    drug("tamsulo", "2590", "タムスロ", "ﾀﾑｽﾛ", Tablet, &["０．２ｍｇ"], 2500),
    drug("bude", "2259", "ブデホル", "ﾌﾞﾃﾞﾎﾙ", Inhaler, &["３０吸入"], 150_000),
    drug("montelu", "4490", "モンテル", "ﾓﾝﾃﾙ", Tablet, &["１０ｍｇ"], 3800),
    drug("fexofe", "4490", "フェキソ", "ﾌｪｷｿ", Tablet, &["３０ｍｇ", "６０ｍｇ"], 1500),
    drug("loxo", "1149", "ロキソ", "ﾛｷｿ", Tablet, &["６０ｍｇ"], 1010),
    drug("loxotape", "2649", "ロキソ", "ﾛｷｿﾃｰﾌﾟ", Tape, &["５０ｍｇ", "１００ｍｇ"], 1200),
    drug("acetami", "1141", "アセトアミ", "ｱｾﾄｱﾐ", Tablet, &["２００ｍｇ", "５００ｍｇ"], 590),
    drug("trama", "1149", "トラマド配合", "ﾄﾗﾏﾄﾞ", Tablet, &["３７．５ｍｇ"], 2500),
    drug("clarithro", "6149", "クラリス", "ｸﾗﾘｽ", Tablet, &["２００ｍｇ"], 3000),
    drug("cefca", "6132", "セフカペ", "ｾﾌｶﾍﾟ", Tablet, &["１００ｍｇ"], 4000),
    drug("amoxi", "6131", "アモキシ", "ｱﾓｷｼ", Capsule, &["２５０ｍｇ"], 1200),
    drug("levoflo", "6241", "レボフロ", "ﾚﾎﾞﾌﾛ", Tablet, &["５００ｍｇ"], 9000),
    drug("ceftri", "6132", "セフトリ", "ｾﾌﾄﾘ", Injection, &["１ｇ"], 39000),
    drug("dextro", "2223", "デキストロ", "ﾃﾞｷｽﾄﾛ", Tablet, &["１５ｍｇ"], 570),
    drug("carboci", "2233", "カルボシ", "ｶﾙﾎﾞｼ", Tablet, &["５００ｍｇ"], 1010),
    drug("magox", "2355", "マグオキ", "ﾏｸﾞｵｷ", Tablet, &["３３０ｍｇ"], 570),
    drug("latano", "1319", "ラタノ", "ﾗﾀﾉ", EyeDrops, &["０．００５％"], 24000),
    drug("hyalu", "1319", "ヒアルロ", "ﾋｱﾙﾛ", EyeDrops, &["０．１％"], 5000),
    drug("levothy", "2431", "レボチロ", "ﾚﾎﾞﾁﾛ", Tablet, &["２５μｇ", "５０μｇ"], 980),
    drug("kakkon", "5200", "葛根湯エキス", "ｶｯｺﾝﾄｳ", Powder, &["２．５ｇ"], 900),
    drug("lido", "1214", "リドカ", "ﾘﾄﾞｶ", Injection, &["１％"], 5900),
    drug("saline", "3311", "生食", "ｾｲｼｮｸ", Injection, &["１００ｍＬ"], 10000),
    drug("iohexo", "7219", "イオヘキ", "ｲｵﾍｷ", Injection, &["３００"], 200_000),
    listed(Listing::Ended, drug("oldgastro", "2329", "胃散配合", "ｲｻﾝ", Powder, &["１ｇ"], 700)),
    listed(Listing::Deleted, drug("oldpain", "1149", "鎮痛配合", "ﾁﾝﾂｳ", Tablet, &["２５ｍｇ"], 700)),
];
