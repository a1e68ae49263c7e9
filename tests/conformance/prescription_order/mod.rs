//! Prescription orders (prescription-order.md).

pub mod accounted;
mod defects;
mod published;
mod refused;
mod round_trip;
