//! Small source folders, written the way the handbook says.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use tomoshibi_sync::seam::Entropy;

/// Text in code page 932.
pub(crate) fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!lossy, "not in code page 932");
    bytes.into_owned()
}

/// Writes a source file, making its folders.
pub(crate) fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A person of the examples.
#[derive(Clone, Copy)]
pub(crate) struct Who {
    pub(crate) reference: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kana: &'static str,
    pub(crate) sex: &'static str,
    pub(crate) birth: &'static str,
    pub(crate) insurer: &'static str,
    pub(crate) symbol: &'static str,
    pub(crate) number: &'static str,
    pub(crate) branch: &'static str,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
}

pub(crate) const TARO: Who = Who {
    reference: "R1",
    name: "髙﨑　太郎",
    kana: "ﾀｶｻｷ ﾀﾛｳ",
    sex: "1",
    birth: "19510327",
    insurer: "  170993",
    symbol: "12-34",
    number: "4260",
    branch: "01",
    from: "20200401",
    until: "",
};

pub(crate) const HANA: Who = Who {
    reference: "R2",
    name: "灯火　花",
    kana: "ﾄﾓｼﾋﾞ ﾊﾅ",
    sex: "2",
    birth: "19400505",
    insurer: "39170006",
    symbol: "",
    number: "12345678",
    branch: "",
    ..TARO
};

impl Who {
    fn coverage(&self) -> String {
        format!(
            "<ResultOfQualificationConfirmation><InsuredCardClassification>01</InsuredCardClassification>\
             <InsurerNumber>{}</InsurerNumber><InsuredCardSymbol>{}</InsuredCardSymbol>\
             <InsuredIdentificationNumber>{}</InsuredIdentificationNumber><InsuredBranchNumber>{}</InsuredBranchNumber>\
             <QualificationDate>{}</QualificationDate><DisqualificationDate>{}</DisqualificationDate>\
             <Name>{}</Name><NameKana>{}</NameKana><Sex1>{}</Sex1><Birthdate>{}</Birthdate>\
             <Address>石川県見本市一丁目</Address><PostNumber>920-0000</PostNumber></ResultOfQualificationConfirmation>",
            self.insurer,
            self.symbol,
            self.number,
            self.branch,
            self.from,
            self.until,
            self.name,
            self.kana,
            self.sex,
            self.birth
        )
    }

    /// RE, HO and SN of a medical claim, in the given month.
    pub(crate) fn medical(&self, month: &str, rows: &[&str]) -> String {
        let (insurer, symbol, number) = (self.insurer, self.symbol, self.number);
        let (name, sex, birth) = (self.name, self.sex, self.birth);
        let mut text = format!("RE,1,1112,{month},{name},{sex},{birth}{}\r\n", ",".repeat(31));
        text += &format!("HO,{insurer},{symbol},{number},1,100\r\n");
        if !self.branch.is_empty() {
            text += &format!("SN,1,01,,,,{},,\r\n", self.branch);
        }
        for row in rows {
            text += &format!("{row}\r\n");
        }
        text
    }

    /// RE, HO and SN of a pharmacy claim, prescribed by 1711234567.
    pub(crate) fn pharmacy(&self, month: &str, rows: &[&str]) -> String {
        self.pharmacy_for(["17", "1", "1234567"], month, rows)
    }

    /// The same, with the columns of the prescriber.
    pub(crate) fn pharmacy_for(&self, prescriber: [&str; 3], month: &str, rows: &[&str]) -> String {
        let head = self.medical(month, rows).replacen("RE,1,1112", "RE,1,4112", 1);
        let (re, rest) = head.split_once("\r\n").unwrap();
        let mut columns: Vec<_> = re.split(',').map(str::to_owned).collect();
        for (index, text) in (9..).zip(prescriber) {
            columns[index] = text.into();
        }
        format!("{}\r\n{rest}", columns.join(","))
    }

    /// A checkup document with one blood pressure.
    pub(crate) fn document(&self, exam_date: &str, systolic: &str) -> String {
        const B: &str = "1.2.392.200119.6";
        let insurer = format!("{:0>8}", self.insurer.trim());
        let id =
            |part: &str, value: &str| format!("<id root=\"{B}.{part}\" extension=\"{value}\"/>");
        let ids = id("101", &insurer)
            + &id("204", self.symbol)
            + &id("205", self.number)
            + &id("211", self.branch);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><recordTarget><patientRole>{ids}\
             <patient><name>トモシビ</name><administrativeGenderCode code=\"{}\"/><birthTime value=\"{}\"/></patient>\
             </patientRole></recordTarget><documentationOf><serviceEvent><code code=\"010\"/>\
             <effectiveTime value=\"{exam_date}\"/></serviceEvent></documentationOf><component><structuredBody><component>\
             <section><entry><observation><code code=\"9A755000000000001\"/>\
             <value xsi:type=\"PQ\" value=\"{systolic}\" unit=\"mmHg\"/></observation></entry></section></component>\
             </structuredBody></component></ClinicalDocument>",
            self.sex, self.birth
        )
    }
}

/// An eligibility file: a unit for each row, with all coverages of one person.
pub(crate) fn eligibility(units: &[&[Who]]) -> Vec<u8> {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\r\n<XmlMsg><MessageHeader>\
         <SegmentOfResult>1</SegmentOfResult></MessageHeader><MessageBody>\r\n",
    );
    for coverages in units {
        let results: String = coverages.iter().map(Who::coverage).collect();
        let reference = coverages[0].reference;
        text += &format!(
            "<BulkConfirmUnit><ProcessingResultStatus>1</ProcessingResultStatus><ResultList>{results}</ResultList>\
             <ReferenceNumber>{reference}</ReferenceNumber></BulkConfirmUnit>\r\n"
        );
    }
    cp932(&(text + "</MessageBody></XmlMsg>"))
}

/// A receipt file of facility 17x1234567.
pub(crate) fn receipts(table: u8, claims: &[String]) -> Vec<u8> {
    let head = match table {
        4 => "YK,1,17,4,1234567,みほん薬局,202610,00\r\n".to_owned(),
        table => format!("IR,1,17,{table},1234567,,みほん医院,202610,00,0760000000\r\n"),
    };
    cp932(&format!("{head}{}GO,{},0,99\r\n", claims.concat(), claims.len()))
}

/// An archive with these documents.
pub(crate) fn archive(documents: &[String]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (place, document) in documents.iter().enumerate() {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("1711234567/DATA/h{place}.xml"), options).unwrap();
        zip.write_all(document.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A drug master with these codes; pseudo items have price kind 7.
pub(crate) fn drug_master(drugs: &[(&str, &str, bool)]) -> Vec<u8> {
    let mut text = String::new();
    for (code, name, pseudo) in drugs {
        let mut columns = vec!["\"\"".to_owned(); 42];
        let kind = if *pseudo { "7" } else { "1" };
        let set = [
            (1, "0"),
            (2, "Y"),
            (3, *code),
            (5, *name),
            (11, kind),
            (14, "0"),
            (28, "1"),
            (31, "99999999"),
        ];
        for (number, value) in set {
            columns[number - 1] = format!("\"{value}\"");
        }
        text += &(columns.join(",") + "\r\n");
    }
    cp932(&text)
}

/// Every call gives other bytes, the same in every run.
#[derive(Default)]
pub(crate) struct Counting(std::sync::atomic::AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        // Not in the order of creation, as random ids are not.
        let digest = tomoshibi_sync::id::Digest::of(&number.to_le_bytes());
        for (byte, value) in bytes.iter_mut().zip(digest.as_bytes()) {
            *byte = *value;
        }
        Ok(())
    }
}

/// An IY row with one day column.
pub(crate) fn iy(
    class: &str,
    code: &str,
    amount: &str,
    points: &str,
    times: &str,
    day: usize,
) -> String {
    let mut columns = vec![String::new(); 44];
    for (index, text) in
        [(0, "IY"), (1, class), (2, "1"), (3, code), (4, amount), (5, points), (6, times)]
    {
        columns[index] = text.into();
    }
    columns[12 + day] = times.into();
    columns.join(",")
}

/// A fortnight of one oral drug from the 4th.
pub(crate) fn oral(code: &str, amount: &str) -> String {
    iy("21", code, amount, "10", "14", 4)
}
