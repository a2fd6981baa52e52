// The fused operators, as the backend's users call them. Compiled once for each PyTorch, and loaded before the cases.
#include <ATen/ATen.h>
#include <torch/library.h>

namespace {

at::Tensor linear_relu(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias) {
  return at::relu(at::linear(x, weight, bias));
}

at::Tensor norm_relu(
    const at::Tensor& x,
    const std::optional<at::Tensor>& weight,
    const std::optional<at::Tensor>& bias,
    const at::Tensor& mean,
    const at::Tensor& variance,
    double epsilon) {
  return at::relu(at::batch_norm(x, weight, bias, mean, variance, false, 0.1, epsilon, false));
}

} // namespace

TORCH_LIBRARY_FRAGMENT(small_backend, library) {
  library.def("linear_relu(Tensor x, Tensor weight, Tensor? bias=None) -> Tensor");
  library.def(
      "norm_relu(Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor variance, float epsilon) -> Tensor");
}

TORCH_LIBRARY_IMPL(small_backend, CompositeExplicitAutograd, library) {
  library.impl("linear_relu", linear_relu);
  library.impl("norm_relu", norm_relu);
}
