//! The picture of a person. What they send is decoded, cut to a square and written anew, so that
//! nothing of the file is ever served: not what it says about camera and place, nor what it may hide.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba,
    RgbaImage,
};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::{Person, store};
use crate::app::App;
use crate::error::Error;
use crate::seal::hex;

/// What a camera makes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
const MOST_SIDE: u32 = 10_000;
/// Decoded, a picture is many times as large as its file.
const MOST_DECODED: u64 = 128 * 1024 * 1024;
/// Twice what is shown, for screens with fine dots.
const SIDE: u32 = 256;
const QUALITY: u8 = 85;

/// One at a time: a few at once would take all memory.
static TURN: Semaphore = Semaphore::const_new(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPicture {
    Missing,
    Heavy,
    Unreadable,
    Large,
}

impl BadPicture {
    /// The message that says it.
    pub fn words(self) -> &'static str {
        match self {
            BadPicture::Missing => "profile-picture-missing",
            BadPicture::Heavy => "profile-picture-heavy",
            BadPicture::Unreadable => "profile-picture-unreadable",
            BadPicture::Large => "profile-picture-large",
        }
    }
}

pub fn path(hash: &str) -> String {
    format!("/picture/{hash}.jpg")
}

/// The hash in the last part of such a path.
pub fn hash_in(name: &str) -> Option<&str> {
    name.strip_suffix(".jpg")
}

/// Sets a person's picture to what they sent.
pub async fn save(app: &App, person: &Person, sent: Vec<u8>) -> Result<Option<BadPicture>, Error> {
    let turn = TURN.acquire().await.map_err(anyhow::Error::from)?;
    let made = tokio::task::spawn_blocking(move || made_anew(&sent)).await?;
    drop(turn);
    match made {
        Ok(jpeg) => {
            write(app, person, Some(jpeg)).await?;
            Ok(None)
        }
        Err(why) => Ok(Some(why)),
    }
}

pub async fn remove(app: &App, person: &Person) -> Result<(), Error> {
    write(app, person, None).await
}

async fn write(app: &App, person: &Person, jpeg: Option<Vec<u8>>) -> Result<(), Error> {
    let (org, id) = (person.org_id, person.id);
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let hash = jpeg.as_deref().map(|jpeg| hex(&Sha256::digest(jpeg)[..16]));
                store::set_picture(tx, org, id, hash.as_deref().zip(jpeg)).await?;
                Ok(())
            })
        })
        .await
}

fn made_anew(sent: &[u8]) -> Result<Vec<u8>, BadPicture> {
    let unreadable = |_| BadPicture::Unreadable;
    let mut reader = ImageReader::new(Cursor::new(sent));
    reader.set_format(format(sent).ok_or(BadPicture::Unreadable)?);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if width > MOST_SIDE || height > MOST_SIDE || decoder.total_bytes() > MOST_DECODED {
        return Err(BadPicture::Large);
    }
    // Cameras note how they were held instead of turning the picture.
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    let square = picture.resize_to_fill(SIDE, SIDE, FilterType::Triangle);
    let mut opaque = RgbaImage::from_pixel(SIDE, SIDE, Rgba([255; 4]));
    imageops::overlay(&mut opaque, &square.to_rgba8(), 0, 0);
    let dots = DynamicImage::ImageRgba8(opaque).to_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(&dots, SIDE, SIDE, ExtendedColorType::Rgb8)
        .map_err(unreadable)?;
    Ok(jpeg)
}

fn format(sent: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(sent).ok()?;
    [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP]
        .into_iter()
        .find(|known| *known == format)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgba<u8> = Rgba([200, 20, 20, 255]);
    const CLEAR: Rgba<u8> = Rgba([0; 4]);

    fn written(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::ImageRgba8(picture.clone());
        let picture = if format == ImageFormat::Jpeg {
            DynamicImage::ImageRgb8(picture.to_rgb8())
        } else {
            picture
        };
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A JPEG as a camera writes it: a marker with EXIF that says how it was held, and where.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 40.4168 N 3.7038 W");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
    }

    fn read(jpeg: &[u8]) -> image::RgbImage {
        image::load_from_memory(jpeg).unwrap().to_rgb8()
    }

    fn is_near(dot: &image::Rgb<u8>, [r, g, b]: [u8; 3]) -> bool {
        let near = |a: u8, b: u8| a.abs_diff(b) < 12;
        near(dot[0], r) && near(dot[1], g) && near(dot[2], b)
    }

    #[test]
    fn each_kind_becomes_a_square_jpeg_on_white() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let sent = written(&RgbaImage::from_pixel(300, 90, RED), format);
            let made = made_anew(&sent).unwrap();
            assert!(made.starts_with(&[0xff, 0xd8]) && made.len() < 20_000);
            let made = read(&made);
            assert_eq!(made.dimensions(), (SIDE, SIDE));
            assert!(is_near(made.get_pixel(9, 9), [200, 20, 20]), "{format:?}");
        }
        let clear = written(&RgbaImage::from_pixel(9, 9, CLEAR), ImageFormat::Png);
        let made = read(&made_anew(&clear).unwrap());
        assert!(is_near(made.get_pixel(0, 0), [255; 3]));
    }

    #[test]
    fn what_a_camera_notes_is_heeded_and_forgotten() {
        // Red above white; held so that the top is at the left.
        let mut picture = RgbaImage::from_pixel(64, 64, Rgba([255; 4]));
        for (_, y, dot) in picture.enumerate_pixels_mut() {
            if y < 32 {
                *dot = RED;
            }
        }
        let sent = with_exif(&written(&picture, ImageFormat::Jpeg), 6);
        let made = made_anew(&sent).unwrap();
        let has = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|it| it == words);
        assert!(has(&sent, b"GPS") && has(&sent, b"Exif"));
        assert!(!has(&made, b"GPS") && !has(&made, b"Exif"));
        let made = read(&made);
        assert!(is_near(made.get_pixel(250, 128), [200, 20, 20]));
        assert!(is_near(made.get_pixel(5, 128), [255; 3]));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused_before_it_is_decoded() {
        let png = written(&RgbaImage::from_pixel(9, 9, RED), ImageFormat::Png);
        let cut = &png[..png.len() / 2];
        let gif =
            b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
        for sent in [b"".as_slice(), b"<svg onload=alert(1)>", gif, cut] {
            assert_eq!(made_anew(sent), Err(BadPicture::Unreadable));
        }
        // The head of a PNG says how large it is; the rest isn't there.
        let mut vast = png;
        vast[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        vast[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let crc = crc32(&vast[12..29]);
        vast[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(made_anew(&vast), Err(BadPicture::Large));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }
}
