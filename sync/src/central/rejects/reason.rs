//! The reasons, each with a code that never changes its meaning and a sentence.

/// Declares a fieldless enum with a code and a sentence for each variant.
macro_rules! reasons {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $code:literal $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = $text] $variant,)+
        }

        impl $name {
            /// Every reason there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code, stable over versions.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The sentence, lower case, without patient data.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

reasons! {
    /// Why something was set aside.
    RejectReason {
        // Files as a whole.
        FileTooLong "file_too_long" "the file is longer than the limit for its kind",
        FileName "file_name" "the file name does not say what its kind requires",
        WrongEncoding "wrong_encoding" "the file is not in the character set of its kind",
        NoHeader "no_header" "the first record is neither IR nor YK",
        BadHeader "bad_header" "the header record does not name a facility and a known fee table",
        HeaderDiffers "header_differs" "the facility of the header is not the one of the file name",
        Truncated "truncated" "the file ends before its end mark",
        ColumnNames "column_names" "the heading row lacks a required column",
        // XML.
        XmlMalformed "xml_malformed" "the document is not well-formed",
        XmlDtd "xml_dtd" "a document type definition is not accepted",
        XmlEntity "xml_entity" "an entity other than the five predefined ones is not accepted",
        XmlTooDeep "xml_too_deep" "elements are nested deeper than the limit",
        XmlTooMany "xml_too_many" "the document has more elements or attributes than the limit",
        XmlTextTooLong "xml_text_too_long" "a text is longer than the limit",
        // Archives.
        ZipDamaged "zip_damaged" "the archive or one of its entries cannot be read",
        ZipTooManyEntries "zip_too_many_entries" "the archive has more entries than the limit",
        ZipTooLarge "zip_too_large" "the archive promises more bytes than the limit",
        ZipRatio "zip_ratio" "an entry is compressed more than real documents are",
        ZipPath "zip_path" "an entry's name leads out of the archive",
        ZipNoDocuments "zip_no_documents" "the archive holds no document",
        // Rows and columns.
        RowTooShort "row_too_short" "the row has fewer columns than its kind requires",
        RowTooLong "row_too_long" "the row has more columns than its kind has",
        BadText "bad_text" "the row has bytes that are no characters",
        BadDate "bad_date" "the date is not a day of the calendar in the form of its length",
        BadMonth "bad_month" "the month is not a month in the form of its length",
        BadDay "bad_day" "a day column lies outside the month",
        BadSex "bad_sex" "the sex is not a known code",
        BadReceiptType "bad_receipt_type" "the receipt type is not a number of four digits",
        BadInsurer "bad_insurer" "the insurer number is not one of up to eight digits",
        BadNumber "bad_number" "symbol or number is longer than any that is issued, or missing",
        BadBranch "bad_branch" "the branch is not a number of two digits",
        BadFacility "bad_facility" "the facility code is not one of ten digits",
        BadPrescriber "bad_prescriber" "a receipt of a pharmacy is named with its prescriber or none, any other without",
        BadDrugCode "bad_drug_code" "the code is not one of nine digits",
        BadQuantity "bad_quantity" "the amount is not a number of at most five digits on either side",
        BadCount "bad_count" "a count is not a whole number",
        BadCode "bad_code" "a code is not a known one of its list",
        // Receipts.
        MonthBeforeScope "month_before_scope" "the treatment month lies before September 2021, where this data begins",
        MonthAfterAcceptance "month_after_acceptance" "the treatment month lies after the day of acceptance",
        NoInsurance "no_insurance" "the claim names neither insurer nor public payer",
        TwoInsurers "two_insurers" "the claim names two insurers",
        TreatmentClassMissing "treatment_class_missing" "no record before this one names a treatment class",
        GroupWithoutTimes "group_without_times" "a drug has neither times nor days",
        DrugWithoutDispensing "drug_without_dispensing" "a drug has no dispensing record before it",
        ClaimTooLarge "claim_too_large" "the claim is larger than a record may be",
        // Eligibility.
        ResultFailed "result_failed" "the result says that processing failed or still runs",
        NoReferenceNumber "no_reference_number" "the person has no reference number",
        NoCoverage "no_coverage" "the person has no coverage that could be read",
        PersonContradicts "person_contradicts" "the coverages of one reference number differ in birth date or sex",
        NoName "no_name" "the person has no name",
        BadPeriod "bad_period" "the coverage ends before it begins",
        // Checkups.
        NotADocument "not_a_document" "the document is not a ClinicalDocument",
        NoRecordTarget "no_record_target" "the document does not say whose it is",
        NoExamDate "no_exam_date" "the document has no exam date",
        NoProgram "no_program" "the document has no programme",
        BadItemCode "bad_item_code" "an item code does not have seventeen characters",
        NoItemValue "no_item_value" "an item has no value and no reason for having none",
        UnknownAnswerList "unknown_answer_list" "an answer belongs to no known list and has no words of its own",
        // Links.
        NoIdentity "no_identity" "the numbers stand for no identity",
        UnknownPerson "unknown_person" "nobody is registered under these numbers",
        NotCovered "not_covered" "the coverage of these numbers does not hold at the time",
        BirthOrSexDiffers "birth_or_sex_differs" "doubtful link: birth date or sex is not the registered one",
        SeveralPersons "several_persons" "several people match, nothing tells which",
        IdentityContested "identity_contested" "doubtful link: two reference numbers claim this identity at the same time",
        UnknownWithdrawalTarget "unknown_withdrawal_target" "the withdrawal does not say what to withdraw",
    }
}

reasons! {
    /// What is odd, but sets nothing aside.
    Warning {
        DaySumDiffers "day_sum_differs" "the counts of the days do not add up to the times",
        DpcBundleNotRead "dpc_bundle_not_read" "drugs inside the bundled payment are not read",
        OutsidePrescriptionWithoutDay "outside_prescription_without_day" "an outside prescription has no day and is not shown",
        PrescriberUnreadable "prescriber_unreadable" "the prescriber code is missing or cannot be read",
        ReceiptTwice "receipt_twice" "the file holds two receipts that differ in nothing that tells them apart; the later one stands",
        InsurerCheckDigit "insurer_check_digit" "the check digit of the insurer number is not the computed one",
        CoverageWithoutStart "coverage_without_start" "the coverage has no first day; it is taken to hold from birth",
        IdentityContested "identity_contested" "doubtful link: two reference numbers claim this identity at the same time",
        TicketInsurerDiffers "ticket_insurer_differs" "the ticket names another insurer; the record target is right",
        BirthDayUnknown "birth_day_unknown" "the birth date is not known to the day",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let codes: BTreeSet<_> = RejectReason::ALL.iter().map(|r| r.code()).collect();
        assert_eq!(codes.len(), RejectReason::ALL.len());
        let codes: BTreeSet<_> = Warning::ALL.iter().map(|w| w.code()).collect();
        assert_eq!(codes.len(), Warning::ALL.len());
    }
}
