// What radius leaves in the state folder for the portal to put into devices' profiles.

/** The box's own authority: what devices trust. PEM. */
export const RADIUS_AUTHORITY_FILE = "radius-authority.pem";
/** What that authority signed for the RADIUS server. PEM. */
export const RADIUS_CERTIFICATE_FILE = "radius-certificate.pem";
