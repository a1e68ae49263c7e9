//! The gateway's own reasons to refuse a message. No configuration changes their severity.

causeway_canonical::rules! {
    in Relay;

    /// The body is larger than the listener allows.
    BODY_TOO_LARGE = "body-too-large", Error, SenderContent, TooCostly, "design, limits",
        "send a smaller message, or ask for a higher max-body-bytes";
    /// The body did not come to its end.
    BODY_INCOMPLETE = "body-incomplete", Error, SenderBytes, Transient, "design, limits",
        "send the message again, faster or whole";
    /// The body is compressed in a way that is not understood.
    CONTENT_ENCODING = "content-encoding", Error, SenderBytes, NotSupported, "RFC 9110 §8.4",
        "send the message as it is, or compressed once with gzip";
    /// The body is not what its compression says.
    COMPRESSION_BROKEN = "compression-broken", Error, SenderBytes, Structure, "RFC 1952 §2",
        "compress the message with a gzip library, and send all of it";
    /// The body is larger than the limit once it is decompressed.
    DECOMPRESSED_TOO_LARGE = "decompressed-too-large", Error, Unsupported, TooCostly, "design, limits",
        "send a smaller message, or ask for a higher max-decompressed-bytes";
    /// The message takes more time than its limit.
    PROCESSING_TOO_LONG = "processing-too-long", Error, Unsupported, TooCostly, "design, limits",
        "send a smaller message, or ask for a higher max-processing-ms";
    /// The media type says another format than the endpoint's.
    MEDIA_TYPE = "media-type", Error, SenderBytes, NotSupported, "design, the way of a message",
        "state the media type of the format that is configured for this endpoint";
    /// The content is not in the endpoint's format.
    FORMAT_UNEXPECTED = "format-unexpected", Error, SenderBytes, NotSupported, "design, the way of a message",
        "send the format that is configured for this endpoint";
    /// Nothing could be made of the content, and no other finding says why.
    UNREADABLE = "message-unreadable", Error, SenderContent, Structure, "design, the way of a message",
        "send a message of a kind that this gateway takes";
    /// The message has no id to recognise it by.
    MESSAGE_ID = "message-id-missing", Error, SenderContent, Required, "design, relay semantics",
        "give every message an id of its own, and keep it when the message is sent again";
    /// Another message was accepted under the same id.
    CONFLICT = "message-id-conflict", Error, SenderContent, Conflict, "design, relay semantics",
        "give a new message a new id; repeat a message only as it was first sent";
    /// No route takes the message.
    NO_ROUTE = "no-route", Error, Unsupported, NotSupported, "design, the way of a message",
        "compare sector, kind and conditions of the routes with this message";
    /// A route takes the message, and the field that names its receiver is empty.
    DESTINATION_MISSING = "destination-missing", Error, SenderContent, Required, "design, configuration",
        "name the receiving organisation";
    /// A route takes the message, and no endpoint receives for the organisation named.
    DESTINATION_UNKNOWN = "destination-unknown", Error, Configuration, NotFound, "design, configuration",
        "name an organisation that is connected, or ask for an endpoint with its ods code";
    /// A route leads back to who sent the request, and the message replies to none that is known.
    REQUEST_UNKNOWN = "request-unknown", Error, SenderContent, NotFound, "design, configuration",
        "reply to a request that came through this gateway, and name its id";
    /// The store can't take messages for the time being.
    STORE_UNAVAILABLE = "store-unavailable", Error, Gateway, Transient, "design, relay semantics",
        "send the same message again later, under the same id";
    /// More is being received at this moment than the listener holds.
    NO_ROOM = "no-room", Error, Gateway, Transient, "design, limits",
        "send the same message again later, under the same id; or ask for a higher max-bytes-in-flight";
    /// An error of ours.
    GATEWAY_ERROR = "gateway-error", Error, Gateway, Exception, "design, errors",
        "this is an error of the gateway; report it with the message id";
}
