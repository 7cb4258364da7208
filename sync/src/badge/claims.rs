//! The claims of a badge and the COSE_Sign1 around them.

use coset::cbor::value::Value;
use coset::cwt::{ClaimsSet, ClaimsSetBuilder, Timestamp as CwtTime};
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
use tomoshibi_policies::record::{FacilityCode, RegionCode};
use tomoshibi_policies::role::{BadgeId, Role};
use tomoshibi_policies::time::{Period, Timestamp};

use super::{Badge, BadgeError};
use crate::signed::{PublicKey, Signature, SigningKey};

/// Goes under the signature, so that no other COSE message of ours can pass for a badge.
const CONTEXT: &[u8] = b"tomoshibi badge v1";
const ISSUER: &str = "tomoshibi";

// Private-use claims (RFC 8392, section 3.1: less than -65536).
const ROLE: i64 = -70_001;
const FACILITY: i64 = -70_002;
const INCIDENT: i64 = -70_003;
const REGION: i64 = -70_004;
const DRILL: i64 = -70_005;

pub(super) fn sign(badge: &Badge, key: &SigningKey) -> Result<Vec<u8>, BadgeError> {
    let mut claims = ClaimsSetBuilder::new()
        .issuer(ISSUER.to_owned())
        .subject(badge.name.clone())
        .cwt_id(badge.id.as_bytes().to_vec())
        .not_before(CwtTime::WholeSeconds(badge.valid.from.as_millis() / 1000))
        .expiration_time(CwtTime::WholeSeconds(badge.valid.until.as_millis() / 1000))
        .private_claim(ROLE, Value::Text(badge.role.as_str().to_owned()))
        .private_claim(REGION, Value::Integer(badge.region.get().into()))
        .private_claim(DRILL, Value::Bool(badge.drill));
    if let Some(facility) = badge.facility {
        claims = claims.private_claim(FACILITY, Value::Text(facility.to_string()));
    }
    if let Some(incident) = &badge.incident {
        claims = claims.private_claim(INCIDENT, Value::Text(incident.clone()));
    }
    let encoded = |_| BadgeError::Form { what: "cbor" };
    let payload = claims.build().to_vec().map_err(encoded)?;
    let protected = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build();
    let key_id = HeaderBuilder::new().key_id(key.public().id().0.to_vec()).build();
    CoseSign1Builder::new()
        .protected(protected)
        .unprotected(key_id)
        .payload(payload)
        .create_signature(CONTEXT, |message| key.sign(message).0.to_vec())
        .build()
        .to_vec()
        .map_err(encoded)
}

pub(super) fn open(cose: &[u8], keys: &[PublicKey]) -> Result<Badge, BadgeError> {
    let message = CoseSign1::from_slice(cose).map_err(|_| BadgeError::Form { what: "cose" })?;
    // The key id is only a hint; every enrolment key is tried, there are a handful.
    let verifies = |signature: &[u8], signed: &[u8]| {
        let signature = Signature(signature.try_into().map_err(|_| BadgeError::Signature)?);
        match keys.iter().any(|key| key.verifies(signed, &signature)) {
            true => Ok(()),
            false => Err(BadgeError::Signature),
        }
    };
    if message.protected.header.alg != Some(coset::Algorithm::Assigned(iana::Algorithm::EdDSA)) {
        return Err(BadgeError::Signature);
    }
    message.verify_signature(CONTEXT, verifies)?;
    let payload = message.payload.as_deref().ok_or(BadgeError::Form { what: "payload" })?;
    let claims = ClaimsSet::from_slice(payload).map_err(|_| BadgeError::Form { what: "claims" })?;
    read(&claims)
}

fn read(claims: &ClaimsSet) -> Result<Badge, BadgeError> {
    let lacks = |claim| BadgeError::Claim { claim };
    if claims.issuer.as_deref() != Some(ISSUER) {
        return Err(lacks("issuer"));
    }
    let id = claims.cwt_id.as_deref().and_then(|id| id.try_into().ok()).ok_or(lacks("id"))?;
    let role = text(claims, ROLE)?.and_then(Role::from_word).ok_or(lacks("role"))?;
    let facility = text(claims, FACILITY)?
        .map(|code| FacilityCode::parse(code).map_err(|_| lacks("facility")))
        .transpose()?;
    let region = claim(claims, REGION)
        .and_then(Value::as_integer)
        .and_then(|code| u8::try_from(code).ok())
        .and_then(|code| RegionCode::new(code).ok())
        .ok_or(lacks("region"))?;
    let drill = claim(claims, DRILL).and_then(Value::as_bool).ok_or(lacks("drill"))?;
    let from = instant(claims.not_before.as_ref()).ok_or(lacks("not before"))?;
    let until = instant(claims.expiration_time.as_ref()).ok_or(lacks("expiry"))?;
    Ok(Badge {
        id: BadgeId::from_bytes(id),
        name: claims.subject.clone().ok_or(lacks("name"))?,
        role,
        facility,
        incident: text(claims, INCIDENT)?.map(str::to_owned),
        region,
        drill,
        valid: Period { from, until },
    })
}

fn claim(claims: &ClaimsSet, number: i64) -> Option<&Value> {
    let name = coset::cwt::ClaimName::PrivateUse(number);
    claims.rest.iter().find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// A claim that is a text or absent. One of another type is refused, not taken for absent: an absent facility or
/// incident means "all", so damage must not widen a badge.
fn text(claims: &ClaimsSet, number: i64) -> Result<Option<&str>, BadgeError> {
    match claim(claims, number) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(_) => Err(BadgeError::Claim { claim: "text" }),
    }
}

fn instant(time: Option<&CwtTime>) -> Option<Timestamp> {
    match time? {
        CwtTime::WholeSeconds(seconds) => seconds.checked_mul(1000).map(Timestamp::from_millis),
        CwtTime::FractionalSeconds(_) => None,
    }
}
