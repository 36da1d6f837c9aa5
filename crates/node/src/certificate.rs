//! The certificate of the console: one that the node makes for itself, and what can be read from any.

use std::net::IpAddr;
use std::time::Duration;

use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use ringdown_record::WallTime;
use sha2::{Digest, Sha256};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{GeneralizedTime, Ia5String};
use x509_cert::der::oid::db::rfc5280::ID_KP_SERVER_AUTH;
use x509_cert::der::{Decode, EncodePem};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

/// A certificate that signs itself, and its key, as files.
pub struct OwnCertificate {
    /// The certificate in PEM.
    pub certificate: String,
    /// The key in PEM, PKCS #8.
    pub key: String,
}

/// Makes a certificate for these names, good from the one time to the other; `None` if the seed is no key, which does
/// not happen by chance.
pub fn make(
    side: &str,
    names: &[String],
    good: [WallTime; 2],
    seed: &[u8; 32],
    serial: &[u8; 16],
) -> Option<OwnCertificate> {
    let key = SigningKey::from_slice(seed).ok()?;
    let certificate = signed_by(&key, side, names, good, serial).ok()?;
    Some(OwnCertificate { certificate, key: key.to_pkcs8_pem(LineEnding::LF).ok()?.to_string() })
}

fn signed_by(
    key: &SigningKey,
    side: &str,
    names: &[String],
    good: [WallTime; 2],
    serial: &[u8; 16],
) -> Result<String, builder::Error> {
    let subject = format!("CN=Ringdown console of {side}").parse()?;
    let names = names.iter().map(general_name).collect::<Result<Vec<_>, _>>()?;
    let time = |at: WallTime| {
        GeneralizedTime::from_unix_duration(Duration::from_millis(at.unix_ms())).map(Time::GeneralTime)
    };
    let validity = Validity::new(time(good[0])?, time(good[1])?);
    let public = SubjectPublicKeyInfo::from_key(key.verifying_key())?;
    let mut made = CertificateBuilder::new(Own(subject), SerialNumber::new(serial)?, validity, public)?;
    made.add_extension(&SubjectAltName(names))?;
    made.add_extension(&BasicConstraints { ca: false, path_len_constraint: None })?;
    made.add_extension(&KeyUsage(KeyUsages::DigitalSignature.into()))?;
    made.add_extension(&ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH]))?;
    Ok(made.build::<_, DerSignature>(key)?.to_pem(LineEnding::LF)?)
}

fn general_name(name: &String) -> Result<GeneralName, builder::Error> {
    Ok(match name.parse::<IpAddr>() {
        Ok(address) => address.into(),
        Err(_) => GeneralName::DnsName(Ia5String::new(name)?),
    })
}

/// Issued by itself; all that it says beside that is added by hand.
struct Own(Name);

impl BuilderProfile for Own {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        Ok(Vec::new())
    }
}

/// From when to when a certificate is good; `None` if it is none.
pub fn validity(der: &[u8]) -> Option<[WallTime; 2]> {
    let certificate = x509_cert::Certificate::from_der(der).ok()?;
    let validity = certificate.tbs_certificate().validity();
    let at = |time: Time| {
        WallTime::from_unix_ms(u64::try_from(time.to_unix_duration().as_millis()).unwrap_or(u64::MAX))
    };
    Some([at(validity.not_before), at(validity.not_after)])
}

/// What people compare: the SHA-256 of a certificate as browsers show it.
pub fn fingerprint(der: &[u8]) -> String {
    let bytes: Vec<String> = Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}
