//! Prescription orders (prescription-order.md).

mod accounted;
mod defects;
mod published;
mod refused;
mod round_trip;
