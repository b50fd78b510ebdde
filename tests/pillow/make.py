"""Writes pillow.safetensors beside itself: what Pillow 9.4 makes of a small picture, for tests of the augmentations.

in.image [19, 23, 3]; out.<operation>.<level>[.minus] are the operations of AutoAugment at that level and sign, with the magnitudes of its
published tables; out.jitter.<operation> are steps of colour jitter with the amounts named below. Run with Pillow 9.4 and the standard
library alone: python3 make.py.
"""
import json
import os
import random
import struct

from PIL import Image, ImageEnhance, ImageOps

GREY = (128, 128, 128)
WIDTH, HEIGHT = 23, 19
BRIGHTNESS, CONTRAST, SATURATION, HUE = 1.3, 0.7, 1.25, 0.1


def picture():
    draw = random.Random(5)
    values = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            noise = draw.randrange(-20, 21)
            values += [max(0, min(255, v)) for v in (30 + 9 * x + noise, 220 - 8 * y + noise, 40 + 5 * x + 4 * y - noise)]
    return Image.frombytes("RGB", (WIDTH, HEIGHT), bytes(values))


def affine(image, data, resample):
    return image.transform(image.size, Image.Transform.AFFINE, data, resample, fillcolor=GREY)


def operations(level, sign):
    share = sign * level / 9
    factor = 1 + 0.9 * share
    cubic, nearest = Image.Resampling.BICUBIC, Image.Resampling.NEAREST
    yield "ShearX", True, lambda im: affine(im, (1, 0.3 * share, 0, 0, 1, 0), cubic)
    yield "ShearY", True, lambda im: affine(im, (1, 0, 0, 0.3 * share, 1, 0), cubic)
    yield "TranslateX", True, lambda im: affine(im, (1, 0, 150 / 331 * share * im.width, 0, 1, 0), nearest)
    yield "TranslateY", True, lambda im: affine(im, (1, 0, 0, 0, 1, 150 / 331 * share * im.height), nearest)
    yield "Rotate", True, lambda im: im.rotate(30 * share, fillcolor=GREY)
    yield "AutoContrast", False, ImageOps.autocontrast
    yield "Invert", False, ImageOps.invert
    yield "Equalize", False, ImageOps.equalize
    yield "Solarize", False, lambda im: ImageOps.solarize(im, 256 - 256 * level / 9)
    yield "Posterize", False, lambda im: ImageOps.posterize(im, round(8 - 4 * level / 9))
    yield "Contrast", True, lambda im: ImageEnhance.Contrast(im).enhance(factor)
    yield "Color", True, lambda im: ImageEnhance.Color(im).enhance(factor)
    yield "Brightness", True, lambda im: ImageEnhance.Brightness(im).enhance(factor)
    yield "Sharpness", True, lambda im: ImageEnhance.Sharpness(im).enhance(factor)


def turned(image):
    hue, saturation, value = image.convert("HSV").split()
    hue = hue.point([(v + round(255 * HUE)) % 256 for v in range(256)])
    return Image.merge("HSV", (hue, saturation, value)).convert("RGB")


def cases(image):
    yield "in.image", image
    for level in (0, 4, 7, 9):
        for sign in (1, -1):
            for name, signed, apply in operations(level, sign):
                if signed or sign == 1:
                    yield f"out.{name}.{level}" + (".minus" if sign < 0 else ""), apply(image)
    yield "out.jitter.Brightness", ImageEnhance.Brightness(image).enhance(BRIGHTNESS)
    yield "out.jitter.Contrast", ImageEnhance.Contrast(image).enhance(CONTRAST)
    yield "out.jitter.Saturation", ImageEnhance.Color(image).enhance(SATURATION)
    yield "out.jitter.Hue", turned(image)


def main():
    header, data = {"__metadata__": {"brightness": str(BRIGHTNESS), "contrast": str(CONTRAST), "saturation": str(SATURATION), "hue": str(HUE)}}, b""
    for name, image in cases(picture()):
        values = image.tobytes()
        header[name] = {"dtype": "U8", "shape": [image.height, image.width, 3], "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pillow.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


main()
