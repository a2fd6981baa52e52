"""Dtypes beside float32: complex, integers and bits, small floats, quantised values, and promotion."""

import torch

from graph_goldens import Case, Contains, Fact, case

EXPORTED = (Fact("same_as_eager", True, paths=("export*",)),)


@case
def complex_numbers() -> Case:
    """Complex products, a polar form and a conjugate, which is a view until it is resolved."""

    def program(x: torch.Tensor, angle: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        turned = x * torch.polar(torch.ones_like(angle), angle)
        return turned * 1j, turned.conj() @ x

    args = (torch.tensor([1 + 2j, -1j, 3.0]), torch.tensor([0.0, 0.5, 1.0]))
    return Case(program, args=args)


@case
def complex_as_real() -> Case:
    """Pairs of reals seen as complex numbers and back: how rotary embeddings were written first."""

    def program(x: torch.Tensor, turn: torch.Tensor) -> torch.Tensor:
        pairs = torch.view_as_complex(x.reshape(2, 2, 2).contiguous())
        return torch.view_as_real(pairs * turn).flatten(1)

    args = (torch.randn(2, 4), torch.tensor([1j, 1.0 + 0j]))
    return Case(program, args=args, claims=(Contains("aten.view_as_complex", paths=("export*",)), *EXPORTED))


@case
def fourier_transforms() -> Case:
    """A real transform and its inverse with a size, a filter between them, and a shift."""

    def program(x: torch.Tensor) -> torch.Tensor:
        spectrum = torch.fft.rfft(x, norm="ortho")
        low = spectrum * (torch.arange(spectrum.shape[-1]) < 2)
        return torch.fft.fftshift(torch.fft.irfft(low, n=x.shape[-1], norm="ortho"))

    return Case(program, args=(torch.arange(8.0),))


@case
def integers() -> Case:
    """Integer division of each rounding, remainders of negative numbers, and a power."""

    def program(x: torch.Tensor, y: torch.Tensor) -> list[torch.Tensor]:
        rounded = [torch.div(x, y, rounding_mode=mode) for mode in ("floor", "trunc", None)]
        return [*rounded, x // 2, x % y, torch.fmod(x, y), x**2]

    return Case(program, args=(torch.tensor([-7, 7, 5]), torch.tensor([2, -2, 3])), claims=EXPORTED)


@case
def bits() -> Case:
    """Shifts, masks and packed nibbles of bytes: what weights of four bits are unpacked by."""

    def program(packed: torch.Tensor) -> torch.Tensor:
        low, high = packed & 0x0F, packed >> 4
        nibbles = torch.stack([low, high], dim=-1).flatten(-2).to(torch.int8) - 8
        return (nibbles ^ ~nibbles) | (nibbles << 1)

    packed = torch.tensor([[0x12, 0xF0], [0x9A, 0x07]], dtype=torch.uint8)
    return Case(program, args=(packed,), claims=EXPORTED)


@case
def eight_bit_floats() -> Case:
    """A scale by the largest value, a cast to float8 and back, and the bits seen as bytes."""

    def program(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scale = x.abs().amax(-1, keepdim=True).clamp(min=1e-6) / torch.finfo(torch.float8_e4m3fn).max
        small = (x / scale).to(torch.float8_e4m3fn)
        return small.to(torch.float32) * scale, small.view(torch.uint8)

    return Case(program, args=(torch.randn(2, 4),))


@case
def four_bit_floats() -> Case:
    """Bytes seen as pairs of four-bit floats, beside scales of eight bits of exponent."""

    def program(packed: torch.Tensor, scale: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        pairs = packed.view(torch.float4_e2m1fn_x2)
        return pairs.view(torch.uint8) + 1, scale.to(torch.float8_e8m0fnu).to(torch.float32)

    args = (torch.arange(4, dtype=torch.uint8), torch.tensor([1.0, 3.0, 0.5]))
    return Case(program, args=args, torch=">=2.8")


@case
def fake_quantised() -> Case:
    """Values rounded to the numbers of a quantised tensor, by tensor and by channel, in training."""

    def program(x: torch.Tensor, scales: torch.Tensor, zeros: torch.Tensor) -> torch.Tensor:
        whole = torch.fake_quantize_per_tensor_affine(x, 0.1, 0, -128, 127)
        return torch.fake_quantize_per_channel_affine(whole, scales, zeros, 0, -128, 127)

    args = (torch.randn(2, 3), torch.tensor([0.1, 0.2]), torch.zeros(2, dtype=torch.int32))
    return Case(program, args=args)


@case
def quantised_tensor() -> Case:
    """A tensor of quantised dtype made, copied and undone: not what export is made for."""

    def program(x: torch.Tensor) -> torch.Tensor:
        quantised = torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)
        return quantised.dequantize() + quantised.int_repr()

    return Case(program, args=(torch.randn(2, 3),))


@case
def promotion() -> Case:
    """Two dtypes, tensors without dimensions and Python's numbers: which dtype comes out of each."""

    def program(x: torch.Tensor, n: torch.Tensor, zero: torch.Tensor) -> list[torch.Tensor]:
        mixed = [x.half() + n, n + zero, n * 2.5, n / 2, x.bool() + 1, torch.where(n > 1, n, 0.5)]
        return [*mixed, x + x.to(torch.result_type(n, zero))]

    args = (torch.tensor([0.0, 1.5]), torch.tensor([1, 2]), torch.tensor(0.5, dtype=torch.float64))
    return Case(program, args=args, claims=EXPORTED)


@case
def constants_from_numbers() -> Case:
    """Numbers and lists that become tensors inside a program: constants to lift, or operators that fill."""

    def program(x: torch.Tensor) -> torch.Tensor:
        weights = torch.tensor([[0.25, 0.75]])
        return x * weights + torch.tensor(2) - torch.full_like(x, 3) + torch.as_tensor(x.shape[0])

    return Case(program, args=(torch.ones(2, 2),), claims=EXPORTED)
