//! The node's side of enrolment.

use std::net::SocketAddr;

use super::client::{dial, within};
use super::error::CLOSE_DONE;
use super::stream::{ask, read_frame};
use super::tls::{enrol_config, fits};
use super::{CallError, EnrolError, NodeCredentials, Timeouts};
use crate::enrol::{Applicant, EnrolCode, EnrolGrant, EnrolRequest, GrantError};
use crate::signed::SigningKey;
use crate::trust::TrustRoot;
use crate::wire::FRAME_LEN_BYTES_MAX;

/// Enrols with a one-time code: finds the centre that the code names, sends `applicant`, and checks what is granted.
/// The caller stores the grant and its keys before it uses them.
///
/// A lost answer leaves the code spent and the node unknown to itself; the officer then makes a new code.
///
/// # Errors
/// [`EnrolError`]: the code names another CA, the centre refuses the code, the grant does not fit.
pub async fn enrol(
    address: SocketAddr,
    code: &EnrolCode,
    applicant: Applicant,
    tls_key: &SigningKey,
    journal_key: &SigningKey,
    timeouts: &Timeouts,
) -> Result<(EnrolGrant, TrustRoot), EnrolError> {
    let request = EnrolRequest::sign(code.secret.clone(), applicant, tls_key, journal_key)
        .and_then(|request| request.to_frame())
        .map_err(CallError::from)?;
    let config = enrol_config(code.ca).map_err(CallError::from)?;
    let asking = async {
        let (_endpoint, connection) = dial(address, config, timeouts).await?;
        let mut recv = ask(&connection, &request).await?;
        let (frame, _) = read_frame(&mut recv, FRAME_LEN_BYTES_MAX).await?;
        connection.close(CLOSE_DONE, b"done");
        Ok(EnrolGrant::from_frame(frame)??)
    };
    let grant = within(timeouts.connect, asking).await?;
    let root = grant.open(code.ca)?;
    let credentials = NodeCredentials {
        node: grant.node,
        certificate: grant.certificate.clone(),
        ca_certificate: grant.ca_certificate.clone(),
        key: SigningKey::from_seed(&tls_key.seed()),
    };
    match fits(&credentials) {
        true => Ok((grant, root)),
        false => Err(GrantError::Certificate.into()),
    }
}
