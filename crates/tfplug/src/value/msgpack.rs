//! The MessagePack encoding of values (`tfplugin6.DynamicValue.msgpack`).

use std::collections::BTreeMap;

use rmp::{Marker, encode as write};

use super::{Number, Path, Refinement, Refinements, Step, Type, Value, ValueError, number::Wire};

/// The extension code of an unknown value with refinements. Any other code is an unknown value too.
const REFINED: i8 = 12;

/// How deep values may lie in others. A schema's type has an end, and a dynamic value names its own: without a limit, a
/// few bytes for each level would exhaust the stack. JSON's reader stops at 128.
const MAX_DEPTH: usize = 256;

/// The keys in the map of refinements.
mod refinement_key {
    pub(super) const NULLNESS: i64 = 1;
    pub(super) const STRING_PREFIX: i64 = 2;
    pub(super) const NUMBER_MIN: i64 = 3;
    pub(super) const NUMBER_MAX: i64 = 4;
    pub(super) const LENGTH_MIN: i64 = 5;
    pub(super) const LENGTH_MAX: i64 = 6;
}

/// Writes a value of the given type.
///
/// # Errors
/// When the value is not of that type.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let mut writer = Writer { out: Vec::with_capacity(256), path: Path::ROOT };
    writer.value(value, ty)?;
    Ok(writer.out)
}

/// Reads a value of the given type.
///
/// # Errors
/// When the bytes are not MessagePack, or not of that type, or more than one value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let mut reader = Reader { rest: bytes, path: Path::ROOT, depth: 0 };
    let value = reader.value(ty)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(reader.fail("bytes follow the value")) }
}

struct Writer {
    out: Vec<u8>,
    path: Path,
}

/// Writing to a vector cannot fail; rmp's signatures are made for any writer.
macro_rules! infallible {
    ($write:expr) => {
        if $write.is_err() {
            unreachable!("writing to a vector does not fail");
        }
    };
}

impl Writer {
    fn value(&mut self, value: &Value, ty: &Type) -> Result<(), ValueError> {
        match (ty, value) {
            (_, Value::Null) => infallible!(write::write_nil(&mut self.out)),
            (_, Value::Unknown(refinements)) => self.unknown(refinements),
            (Type::Dynamic, Value::Dynamic(typed)) => {
                self.array_len(2)?;
                infallible!(write::write_bin(&mut self.out, &typed.0.to_json_bytes()));
                self.value(&typed.1, &typed.0)?;
            }
            (Type::Bool, Value::Bool(truth)) => infallible!(write::write_bool(&mut self.out, *truth)),
            (Type::Number, Value::Number(number)) => self.number(number),
            (Type::String, Value::String(text)) => infallible!(write::write_str(&mut self.out, text)),
            (Type::List(element), Value::List(elements)) => self.sequence(elements, |_| element, true)?,
            (Type::Set(element), Value::Set(elements)) => {
                let steps = self.path.steps().len();
                let written = self.sequence(elements, |_| element, false);
                written.map_err(|error| error.in_element(steps))?;
            }
            (Type::Tuple(types), Value::Tuple(elements)) if types.len() == elements.len() => {
                self.sequence(elements, |position| &types[position], true)?;
            }
            (Type::Map(element), Value::Map(elements)) => {
                self.map_len(elements.len())?;
                for (key, value) in elements {
                    infallible!(write::write_str(&mut self.out, key));
                    self.inside(Step::Key(key.clone()), |writer| writer.value(value, element))?;
                }
            }
            (Type::Object(types), Value::Object(attributes)) => self.object(types, attributes)?,
            _ => return Err(ValueError::new(&self.path, format!("the value is not of type {}", ty.to_json()))),
        }
        Ok(())
    }

    fn object(
        &mut self,
        types: &BTreeMap<String, Type>,
        attributes: &BTreeMap<String, Value>,
    ) -> Result<(), ValueError> {
        if let Some(stranger) = attributes.keys().find(|name| !types.contains_key(*name)) {
            return Err(ValueError::new(&self.path, format!("there is no attribute {stranger:?}")));
        }
        self.map_len(types.len())?;
        for (name, ty) in types {
            infallible!(write::write_str(&mut self.out, name));
            match attributes.get(name) {
                None | Some(Value::Null) => infallible!(write::write_nil(&mut self.out)),
                Some(value) => self.inside(Step::Attribute(name.clone()), |writer| writer.value(value, ty))?,
            }
        }
        Ok(())
    }

    fn sequence<'t>(
        &mut self,
        elements: &[Value],
        ty: impl Fn(usize) -> &'t Type,
        indexed: bool,
    ) -> Result<(), ValueError> {
        self.array_len(elements.len())?;
        for (position, element) in elements.iter().enumerate() {
            if indexed {
                let step = Step::Index(i64::try_from(position).unwrap_or(i64::MAX));
                self.inside(step, |writer| writer.value(element, ty(position)))?;
            } else {
                self.value(element, ty(position))?;
            }
        }
        Ok(())
    }

    fn inside(
        &mut self,
        step: Step,
        write: impl FnOnce(&mut Self) -> Result<(), ValueError>,
    ) -> Result<(), ValueError> {
        self.path.push(step);
        write(self)?;
        self.path.pop();
        Ok(())
    }

    fn number(&mut self, number: &Number) {
        match number.wire() {
            Wire::Int(int) => infallible!(write::write_sint(&mut self.out, int)),
            Wire::Float(float) => infallible!(write::write_f64(&mut self.out, float)),
            Wire::Text(decimal) => infallible!(write::write_str(&mut self.out, &decimal.to_plain_string())),
        }
    }

    fn unknown(&mut self, refinements: &Refinements) {
        let Some(refinement) = refinements.get() else {
            infallible!(write::write_ext_meta(&mut self.out, 1, 0));
            self.out.push(0);
            return;
        };
        let body = refinement_body(refinement);
        // A longer one would not be worth its bytes; without it the value is merely less known.
        let Ok(len) = u32::try_from(body.len()) else { return self.unknown(&Refinements::NONE) };
        infallible!(write::write_ext_meta(&mut self.out, len, REFINED));
        self.out.extend_from_slice(&body);
    }

    fn array_len(&mut self, len: usize) -> Result<(), ValueError> {
        let len = u32::try_from(len).map_err(|_| ValueError::new(&self.path, "too many elements"))?;
        infallible!(write::write_array_len(&mut self.out, len));
        Ok(())
    }

    fn map_len(&mut self, len: usize) -> Result<(), ValueError> {
        let len = u32::try_from(len).map_err(|_| ValueError::new(&self.path, "too many elements"))?;
        infallible!(write::write_map_len(&mut self.out, len));
        Ok(())
    }
}

fn refinement_body(refinement: &Refinement) -> Vec<u8> {
    let mut fields: Vec<(i64, Vec<u8>)> = Vec::new();
    let mut field = |key: i64, write: &dyn Fn(&mut Writer)| {
        let mut writer = Writer { out: Vec::new(), path: Path::ROOT };
        write(&mut writer);
        fields.push((key, writer.out));
    };
    if let Some(null) = refinement.null {
        field(refinement_key::NULLNESS, &|writer| infallible!(write::write_bool(&mut writer.out, null)));
    }
    if let Some(prefix) = &refinement.string_prefix {
        field(refinement_key::STRING_PREFIX, &|writer| infallible!(write::write_str(&mut writer.out, prefix)));
    }
    for (key, bound) in
        [(refinement_key::NUMBER_MIN, &refinement.number_min), (refinement_key::NUMBER_MAX, &refinement.number_max)]
    {
        if let Some((number, inclusive)) = bound {
            field(key, &|writer| {
                infallible!(write::write_array_len(&mut writer.out, 2));
                writer.number(number);
                infallible!(write::write_bool(&mut writer.out, *inclusive));
            });
        }
    }
    for (key, bound) in
        [(refinement_key::LENGTH_MIN, refinement.length_min), (refinement_key::LENGTH_MAX, refinement.length_max)]
    {
        if let Some(length) = bound {
            field(key, &|writer| infallible!(write::write_sint(&mut writer.out, length)));
        }
    }
    let mut body = Vec::new();
    infallible!(write::write_map_len(&mut body, u32::try_from(fields.len()).unwrap_or(0)));
    for (key, value) in fields {
        infallible!(write::write_sint(&mut body, key));
        body.extend(value);
    }
    body
}

struct Reader<'a> {
    rest: &'a [u8],
    path: Path,
    /// In how many values this one lies.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type) -> Result<Value, ValueError> {
        if self.depth == MAX_DEPTH {
            return Err(self.fail(format!("values lie in more than {MAX_DEPTH} others")));
        }
        self.depth += 1;
        let value = self.value_at_depth(ty)?;
        self.depth -= 1;
        Ok(value)
    }

    fn value_at_depth(&mut self, ty: &Type) -> Result<Value, ValueError> {
        let marker = self.peek()?;
        if marker == Marker::Null {
            self.rest = &self.rest[1..];
            return Ok(Value::Null);
        }
        if let Some(unknown) = self.unknown(marker)? {
            return Ok(unknown);
        }
        Ok(match ty {
            Type::Bool => match self.marker()? {
                Marker::True => Value::Bool(true),
                Marker::False => Value::Bool(false),
                _ => return Err(self.fail("a bool is expected")),
            },
            Type::Number => Value::Number(self.number()?),
            Type::String => Value::String(self.text()?.to_owned()),
            Type::List(element) => Value::List(self.sequence(|_| Some(&**element), None, true)?),
            Type::Set(element) => {
                let steps = self.path.steps().len();
                let elements = self.sequence(|_| Some(&**element), None, false);
                Value::set(elements.map_err(|error| error.in_element(steps))?)
            }
            Type::Tuple(types) => {
                Value::Tuple(self.sequence(|position| types.get(position), Some(types.len()), true)?)
            }
            Type::Map(element) => Value::Map(self.map(element)?),
            Type::Object(types) => Value::Object(self.object(types)?),
            Type::Dynamic => self.dynamic()?,
        })
    }

    fn dynamic(&mut self) -> Result<Value, ValueError> {
        if self.array_len()? != 2 {
            return Err(self.fail("a dynamic value has two parts"));
        }
        let notation = self.bytes()?;
        let ty = serde_json::from_slice(notation)
            .map_err(|error| error.to_string())
            .and_then(|json| Type::from_json(&json).map_err(|error| error.to_string()))
            .map_err(|problem| self.fail(format!("the type of a dynamic value: {problem}")))?;
        if ty == Type::Dynamic {
            return self.value(&ty);
        }
        let value = self.value(&ty)?;
        Ok(Value::Dynamic(Box::new((ty, value))))
    }

    fn sequence<'t>(
        &mut self,
        ty: impl Fn(usize) -> Option<&'t Type>,
        expected: Option<usize>,
        indexed: bool,
    ) -> Result<Vec<Value>, ValueError> {
        let len = self.array_len()?;
        if expected.is_some_and(|expected| expected != len) {
            return Err(self.fail(format!("{len} elements where the tuple has another number")));
        }
        let mut elements = Vec::with_capacity(self.capacity(len));
        for position in 0..len {
            let Some(ty) = ty(position) else { return Err(self.fail("too many elements")) };
            if indexed {
                self.path.push(Step::Index(i64::try_from(position).unwrap_or(i64::MAX)));
                elements.push(self.value(ty)?);
                self.path.pop();
            } else {
                elements.push(self.value(ty)?);
            }
        }
        Ok(elements)
    }

    fn map(&mut self, element: &Type) -> Result<BTreeMap<String, Value>, ValueError> {
        let mut elements = BTreeMap::new();
        for _ in 0..self.map_len()? {
            let key = self.text()?.to_owned();
            self.path.push(Step::Key(key.clone()));
            let value = self.value(element)?;
            self.path.pop();
            elements.insert(key, value);
        }
        Ok(elements)
    }

    /// Attributes that the other side leaves out are null.
    fn object(&mut self, types: &BTreeMap<String, Type>) -> Result<BTreeMap<String, Value>, ValueError> {
        let mut attributes = BTreeMap::new();
        for _ in 0..self.map_len()? {
            let name = self.text()?;
            let Some((name, ty)) = types.get_key_value(name) else {
                let name: String = name.chars().take(64).collect();
                return Err(self.fail(format!("there is no attribute {name:?}")));
            };
            self.path.push(Step::Attribute(name.clone()));
            let value = self.value(ty)?;
            self.path.pop();
            attributes.insert(name.clone(), value);
        }
        for name in types.keys() {
            if !attributes.contains_key(name) {
                attributes.insert(name.clone(), Value::Null);
            }
        }
        Ok(attributes)
    }

    fn number(&mut self) -> Result<Number, ValueError> {
        match self.peek()? {
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                let text = self.text()?;
                text.parse().map_err(|_: super::NumberError| self.fail("the value is not a number"))
            }
            Marker::F32 => {
                self.marker()?;
                let float = f32::from_be_bytes(self.take()?);
                Number::from_f64(f64::from(float)).map_err(|error| self.fail(error.to_string()))
            }
            Marker::F64 => {
                self.marker()?;
                let float = f64::from_be_bytes(self.take()?);
                Number::from_f64(float).map_err(|error| self.fail(error.to_string()))
            }
            Marker::U64 => {
                self.marker()?;
                Ok(Number::from(u64::from_be_bytes(self.take()?)))
            }
            _ => self.int().map(Number::from),
        }
    }

    fn int(&mut self) -> Result<i64, ValueError> {
        Ok(match self.marker()? {
            Marker::FixPos(int) => i64::from(int),
            Marker::FixNeg(int) => i64::from(int),
            Marker::U8 => i64::from(u8::from_be_bytes(self.take()?)),
            Marker::U16 => i64::from(u16::from_be_bytes(self.take()?)),
            Marker::U32 => i64::from(u32::from_be_bytes(self.take()?)),
            Marker::I8 => i64::from(i8::from_be_bytes(self.take()?)),
            Marker::I16 => i64::from(i16::from_be_bytes(self.take()?)),
            Marker::I32 => i64::from(i32::from_be_bytes(self.take()?)),
            Marker::I64 => i64::from_be_bytes(self.take()?),
            Marker::U64 => {
                i64::try_from(u64::from_be_bytes(self.take()?)).map_err(|_| self.fail("too large a number"))?
            }
            _ => return Err(self.fail("a number is expected")),
        })
    }

    /// `None` where the next value is not an extension type.
    fn unknown(&mut self, marker: Marker) -> Result<Option<Value>, ValueError> {
        let fixed = match marker {
            Marker::FixExt1 => Some(1),
            Marker::FixExt2 => Some(2),
            Marker::FixExt4 => Some(4),
            Marker::FixExt8 => Some(8),
            Marker::FixExt16 => Some(16),
            Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => None,
            _ => return Ok(None),
        };
        self.marker()?;
        let len = match (fixed, marker) {
            (Some(len), _) => len,
            (None, Marker::Ext8) => u32::from(u8::from_be_bytes(self.take()?)),
            (None, Marker::Ext16) => u32::from(u16::from_be_bytes(self.take()?)),
            (None, _) => u32::from_be_bytes(self.take()?),
        };
        let [code] = self.take()?;
        let body = self.slice(len as usize)?;
        let refinements = if code.cast_signed() == REFINED {
            Reader { rest: body, path: self.path.clone(), depth: 0 }.refinement()?.into()
        } else {
            Refinements::NONE
        };
        Ok(Some(Value::Unknown(refinements)))
    }

    fn refinement(&mut self) -> Result<Refinement, ValueError> {
        let mut refinement = Refinement::default();
        for _ in 0..self.map_len()? {
            match self.int()? {
                refinement_key::NULLNESS => refinement.null = Some(self.boolean()?),
                refinement_key::STRING_PREFIX => refinement.string_prefix = Some(self.text()?.to_owned()),
                refinement_key::NUMBER_MIN => refinement.number_min = Some(self.bound()?),
                refinement_key::NUMBER_MAX => refinement.number_max = Some(self.bound()?),
                refinement_key::LENGTH_MIN => refinement.length_min = Some(self.int()?),
                refinement_key::LENGTH_MAX => refinement.length_max = Some(self.int()?),
                // A kind that a later Terraform knows: what follows cannot be told apart any more, and knowing less
                // about an unknown value is always right.
                _ => return Ok(refinement),
            }
        }
        Ok(refinement)
    }

    fn bound(&mut self) -> Result<(Number, bool), ValueError> {
        if self.array_len()? != 2 {
            return Err(self.fail("a bound has two parts"));
        }
        Ok((self.number()?, self.boolean()?))
    }

    fn boolean(&mut self) -> Result<bool, ValueError> {
        match self.marker()? {
            Marker::True => Ok(true),
            Marker::False => Ok(false),
            _ => Err(self.fail("a bool is expected")),
        }
    }

    fn text(&mut self) -> Result<&'a str, ValueError> {
        let len = match self.marker()? {
            Marker::FixStr(len) => usize::from(len),
            Marker::Str8 | Marker::Bin8 => usize::from(u8::from_be_bytes(self.take()?)),
            Marker::Str16 | Marker::Bin16 => usize::from(u16::from_be_bytes(self.take()?)),
            Marker::Str32 | Marker::Bin32 => u32::from_be_bytes(self.take()?) as usize,
            _ => return Err(self.fail("a string is expected")),
        };
        let bytes = self.slice(len)?;
        std::str::from_utf8(bytes).map_err(|_| self.fail("a string that is not UTF-8"))
    }

    fn bytes(&mut self) -> Result<&'a [u8], ValueError> {
        self.text().map(str::as_bytes)
    }

    fn array_len(&mut self) -> Result<usize, ValueError> {
        Ok(match self.marker()? {
            Marker::FixArray(len) => usize::from(len),
            Marker::Array16 => usize::from(u16::from_be_bytes(self.take()?)),
            Marker::Array32 => u32::from_be_bytes(self.take()?) as usize,
            _ => return Err(self.fail("a sequence is expected")),
        })
    }

    fn map_len(&mut self) -> Result<usize, ValueError> {
        Ok(match self.marker()? {
            Marker::FixMap(len) => usize::from(len),
            Marker::Map16 => usize::from(u16::from_be_bytes(self.take()?)),
            Marker::Map32 => u32::from_be_bytes(self.take()?) as usize,
            _ => return Err(self.fail("a map is expected")),
        })
    }

    /// A length that the input claims is not yet one that it has: every element takes a byte at least.
    fn capacity(&self, len: usize) -> usize {
        len.min(self.rest.len())
    }

    fn peek(&self) -> Result<Marker, ValueError> {
        self.rest.first().map(|byte| Marker::from_u8(*byte)).ok_or_else(|| self.fail("the bytes end too early"))
    }

    fn marker(&mut self) -> Result<Marker, ValueError> {
        let [byte] = self.take()?;
        Ok(Marker::from_u8(byte))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ValueError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(|| self.fail("the bytes end too early"))?;
        self.rest = rest;
        Ok(*taken)
    }

    fn slice(&mut self, len: usize) -> Result<&'a [u8], ValueError> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.fail("the bytes end too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn fail(&self, problem: impl Into<String>) -> ValueError {
        ValueError::new(&self.path, problem)
    }
}

#[cfg(test)]
mod tests;
