//! The errors of Workspace, of IAM and of the API gateway before them.
//!
//! The gateway's codes (`APIGW.*`) are published, and so are `WKS.0001` and the shape `WKS.` plus eight digits. Of the
//! codes for server groups the service publishes no complete list; [`code`] keeps in one place those that the emulator
//! gives out for them.

use serde_json::{Value, json};

use crate::{call::Answer, shape::check::Mismatch};

/// The service's own codes as the emulator gives them out.
pub(super) mod code {
    /// The body is empty. Published.
    pub const EMPTY_BODY: &str = "WKS.0001";
    /// A field is missing or malformed.
    pub const PARAMETER: &str = "WKS.00130001";
    /// Too many application groups on a server group. Published for application groups.
    pub const SERVER_GROUP_LIMIT: &str = "WKS.00131201";
    /// No such application group.
    pub const APP_GROUP_NOT_FOUND: &str = "WKS.00131301";
    /// The application group's name is taken.
    pub const APP_GROUP_NAME_TAKEN: &str = "WKS.00131302";
    /// No such published application.
    pub const APP_NOT_FOUND: &str = "WKS.00131303";
    /// The published application's name is taken in its group.
    pub const APP_NAME_TAKEN: &str = "WKS.00131304";
    /// No such policy group or policy template.
    pub const POLICY_GROUP_NOT_FOUND: &str = "WKS.00131401";
    /// No such application in the warehouse.
    pub const WAREHOUSE_APP_NOT_FOUND: &str = "WKS.00131501";
    /// The warehouse has no bucket.
    pub const BUCKET_NOT_FOUND: &str = "WKS.00131502";
    /// No such message, or no such authorization.
    pub const MAIL_NOT_FOUND: &str = "WKS.00131305";
    /// No such server group.
    pub const SERVER_GROUP_NOT_FOUND: &str = "WKS.00131202";
    /// The name is taken.
    pub const NAME_TAKEN: &str = "WKS.00131203";
    /// Servers or application groups still use it.
    pub const IN_USE: &str = "WKS.00131204";
    /// No such image, or not in this region.
    pub const IMAGE_NOT_FOUND: &str = "WKS.00131205";
    /// No such product or flavor.
    pub const PRODUCT_NOT_FOUND: &str = "WKS.00131206";
    /// No such VPC or subnet.
    pub const NETWORK_NOT_FOUND: &str = "WKS.00131207";
    /// The disk is smaller than the image needs.
    pub const DISK_TOO_SMALL: &str = "WKS.00131208";
    /// Several sessions on one server need an AD domain.
    pub const AD_REQUIRED: &str = "WKS.00131209";
    /// What a standby group takes from its primary cannot be changed on it.
    pub const FOLLOWS_PRIMARY: &str = "WKS.00131210";
    /// No such server.
    pub const SERVER_NOT_FOUND: &str = "WKS.00131601";
    /// Something is being done to the server.
    pub const SERVER_BUSY: &str = "WKS.00131602";
    /// The server does not run.
    pub const SERVER_STATE: &str = "WKS.00131603";
    /// No such job.
    pub const JOB_NOT_FOUND: &str = "WKS.00131604";
    /// The job goes on.
    pub const JOB_RUNS: &str = "WKS.00131605";
    /// What a step of a job that failed has.
    pub const JOB_FAILED: &str = "WKS.00131606";
    /// A quota is not enough.
    pub const QUOTA: &str = "WKS.00131607";
    /// No such session.
    pub const SESSION_NOT_FOUND: &str = "WKS.00131701";
    /// No such configuration of hotspot sessions.
    pub const HOTSPOT_NOT_FOUND: &str = "WKS.00131702";
    /// The project has such a configuration.
    pub const HOTSPOT_TAKEN: &str = "WKS.00131703";
    /// No such image server.
    pub const IMAGE_SERVER_NOT_FOUND: &str = "WKS.00131801";
    /// No such scheduled task.
    pub const SCHEDULE_NOT_FOUND: &str = "WKS.00131901";
    /// No such execution of a scheduled task.
    pub const EXECUTION_NOT_FOUND: &str = "WKS.00131902";
    /// No such storage.
    pub const STORAGE_NOT_FOUND: &str = "WKS.00132001";
    /// The storage's name is taken.
    pub const STORAGE_NAME_TAKEN: &str = "WKS.00132002";
    /// People's folders are on it.
    pub const STORAGE_IN_USE: &str = "WKS.00132003";
    /// No such file system.
    pub const FILE_SYSTEM_NOT_FOUND: &str = "WKS.00132004";
    /// No such folder.
    pub const CLAIM_NOT_FOUND: &str = "WKS.00132005";
    /// There is such a folder.
    pub const FOLDER_TAKEN: &str = "WKS.00132006";
    /// No such storage policy.
    pub const STORAGE_POLICY_NOT_FOUND: &str = "WKS.00132007";
    /// No such project of cloud storage.
    pub const STORAGE_PROJECT_NOT_FOUND: &str = "WKS.00132008";
    /// The project of cloud storage is linked already.
    pub const STORAGE_PROJECT_LINKED: &str = "WKS.00132009";
    /// No such user, user group, or application of the app center.
    pub const NEIGHBOUR_NOT_FOUND: &str = "WKS.00132101";
    /// The user's or user group's name is taken.
    pub const PERSON_TAKEN: &str = "WKS.00132102";
    /// More than 20 tags, or one key twice.
    pub const TAGS: &str = "WKS.00131211";
}

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Error {
    /// The HTTP status.
    pub status: u16,
    /// `error_code`.
    pub code: String,
    /// `error_msg`.
    pub message: String,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Service,
    Gateway,
    Iam,
}

impl Error {
    // The gateway.

    fn gateway(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), form: Form::Gateway }
    }

    pub(super) fn unknown_api() -> Self {
        Self::gateway(404, "APIGW.0101", "The API does not exist or has not been published in the environment")
    }

    pub(super) fn wrong_method() -> Self {
        Self::gateway(405, "APIGW.0101", "The API does not support this request method")
    }

    pub(super) fn unauthenticated(reason: &str) -> Self {
        Self::gateway(401, "APIGW.0301", format!("Incorrect IAM authentication information: {reason}"))
    }

    pub(super) fn forbidden() -> Self {
        Self::gateway(403, "APIGW.0305", "Incorrect IAM permission: the policy does not allow this operation")
    }

    pub(super) fn throttled(limit: u32) -> Self {
        Self::gateway(
            429,
            "APIGW.0308",
            format!(
                "The throttling threshold has been reached: policy user over ratelimit,limit:{limit},time:1 second"
            ),
        )
    }

    pub(super) fn too_large() -> Self {
        Self::gateway(413, "APIGW.0201", "Request entity too large")
    }

    pub(super) fn unknown_project() -> Self {
        Self::gateway(403, "APIGW.0309", "The project is unavailable.")
    }

    // The service.

    fn service(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), form: Form::Service }
    }

    pub(super) fn empty_body() -> Self {
        Self::service(400, code::EMPTY_BODY, "The request message input by the interface is empty.")
    }

    pub(super) fn unsupported_media() -> Self {
        Self::service(415, code::PARAMETER, "The body must be of the type multipart/form-data.")
    }

    pub(super) fn invalid(field: &str, reason: &str) -> Self {
        Self::service(400, code::PARAMETER, format!("Invalid parameter '{field}': {reason}."))
    }

    /// A parameter or field is not what the operation takes.
    pub(super) fn mismatch(mismatch: &Mismatch) -> Self {
        Self::invalid(&mismatch.path, &mismatch.reason.to_string())
    }

    pub(super) fn missing(field: &str) -> Self {
        Self::invalid(field, "it must be given")
    }

    pub(super) fn not_found(id: &str) -> Self {
        Self::service(404, code::SERVER_GROUP_NOT_FOUND, format!("The server group is not found, the id is '{id}'."))
    }

    pub(super) fn unknown_app_group(id: &str) -> Self {
        Self::service(404, code::APP_GROUP_NOT_FOUND, format!("The application group is not found, the id is '{id}'."))
    }

    pub(super) fn unknown_app(id: &str) -> Self {
        Self::service(404, code::APP_NOT_FOUND, format!("The application is not found, the id is '{id}'."))
    }

    /// The same with another status, for an operation that has its own not among its answers.
    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn of(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self::service(status, code, message)
    }

    // IAM.

    pub(super) fn iam(status: u16, title: &str, message: &str) -> Self {
        Self { status, code: title.to_owned(), message: message.to_owned(), form: Form::Iam }
    }

    /// The answer that carries this error.
    pub(super) fn answer(&self, request_id: &str) -> Answer {
        let body = match self.form {
            Form::Service => json!({ "error_code": self.code, "error_msg": self.message }),
            Form::Gateway => {
                json!({ "error_code": self.code, "error_msg": self.message, "request_id": request_id })
            }
            Form::Iam => {
                json!({ "error": { "code": self.status, "title": self.code, "message": self.message } })
            }
        };
        answer(self.status, Some(body), request_id, Some(self.code.clone()))
    }
}

/// An answer with the headers that every one carries.
pub(super) fn answer(status: u16, body: Option<Value>, request_id: &str, code: Option<String>) -> Answer {
    Answer { status, headers: vec![("x-request-id", request_id.to_owned())], body, code }
}
