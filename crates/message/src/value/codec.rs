//! The form on the wire: arrays that begin with the kind of the value. Decoders refuse what a constructor refuses.

use minicbor::decode::Error as CborError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

use super::{Condition, Field, Number, Place, Time, Unit, Value, ValueError};

const NUMBER: u8 = 1;
const TIME: u8 = 2;
const PLACE: u8 = 3;
const POLARITY: u8 = 4;
const WORD: u8 = 5;
const TEXT: u8 = 6;
const CONDITION: u8 = 7;
const NAME: u8 = 8;

impl<C> Encode<C> for Value {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        match self {
            Value::Number(number) => e
                .array(4)?
                .u8(NUMBER)?
                .i64(number.mantissa())?
                .i8(number.exponent())?
                .str(number.unit().code()),
            Value::Time(time) => e.array(2)?.u8(TIME)?.u32(time.minutes()),
            Value::Place(place) => {
                e.array(4)?.u8(PLACE)?.i32(place.latitude())?.i32(place.longitude())?.u32(place.precision())
            }
            Value::Polarity(will) => e.array(2)?.u8(POLARITY)?.bool(*will),
            Value::Word(word) => e.array(2)?.u8(WORD)?.str(word),
            Value::Text(text) => e.array(2)?.u8(TEXT)?.str(text),
            Value::Condition(condition) => {
                let (kind, minutes, text) = match condition {
                    Condition::None => (0, 0, ""),
                    Condition::NotBefore(time) => (1, time.minutes(), ""),
                    Condition::Until(time) => (2, time.minutes(), ""),
                    Condition::If(text) => (3, 0, text.as_str()),
                };
                e.array(4)?.u8(CONDITION)?.u8(kind)?.u32(minutes)?.str(text)
            }
            Value::Name(name) => e.array(2)?.u8(NAME)?.str(name),
        }?
        .ok()
    }
}

impl<'b, C> Decode<'b, C> for Value {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, CborError> {
        let len = d.array()?;
        let kind = d.u8()?;
        let expected = match kind {
            NUMBER | PLACE | CONDITION => 4,
            _ => 2,
        };
        if len != Some(expected) {
            return Err(CborError::message("items of a value"));
        }
        let value = match kind {
            NUMBER => number(d)?,
            TIME => Value::Time(Time::from_minutes(d.u32()?)),
            PLACE => Value::Place(Place::new(d.i32()?, d.i32()?, d.u32()?).map_err(refused)?),
            POLARITY => Value::Polarity(d.bool()?),
            WORD => Value::Word(d.str()?.to_owned()),
            TEXT => Value::Text(d.str()?.to_owned()),
            CONDITION => Value::Condition(condition(d)?),
            NAME => Value::Name(d.str()?.to_owned()),
            _ => return Err(CborError::message("kind of a value")),
        };
        value.checked().map_err(refused)
    }
}

fn number(d: &mut Decoder<'_>) -> Result<Value, CborError> {
    let (mantissa, exponent) = (d.i64()?, d.i8()?);
    let unit = Unit::from_code(d.str()?).ok_or_else(|| CborError::message("unit"))?;
    Number::new(mantissa, exponent, unit).map(Value::Number).map_err(refused)
}

fn condition(d: &mut Decoder<'_>) -> Result<Condition, CborError> {
    let (kind, minutes, text) = (d.u8()?, d.u32()?, d.str()?);
    let time = Time::from_minutes(minutes);
    match (kind, minutes, text) {
        (0, 0, "") => Ok(Condition::None),
        (1, _, "") => Ok(Condition::NotBefore(time)),
        (2, _, "") => Ok(Condition::Until(time)),
        (3, 0, text) => Ok(Condition::If(text.to_owned())),
        _ => Err(CborError::message("condition")),
    }
}

fn refused(error: ValueError) -> CborError {
    CborError::message(error)
}

impl<C> Encode<C> for Field {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.array(3)?.str(&self.name)?.bool(self.critical)?.encode_with(&self.value, ctx)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Field {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, CborError> {
        if d.array()? != Some(3) {
            return Err(CborError::message("items of a field"));
        }
        let (name, critical, value) = (d.str()?.to_owned(), d.bool()?, d.decode_with(ctx)?);
        let field = Field { name, critical, value };
        field.check().map_err(refused)?;
        Ok(field)
    }
}
