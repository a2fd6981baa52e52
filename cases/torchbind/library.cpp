// The TorchBind classes and operators that the cases of this pack are made of.
//
// PyTorch's own tests have a library of the same name that release wheels leave out. Graphs print class, method and
// operator names, so those are the same here. Only single-operator headers are included: that is what keeps the
// build at some ten seconds.

#include <ATen/core/Tensor.h>
#include <ATen/ops/clone.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/zeros.h>
#include <torch/custom_class.h>
#include <torch/library.h>

#include <cstdint>
#include <deque>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using Tensors = std::vector<at::Tensor>;

// What `__obj_flatten__` gives: one (name, value) pair for each constructor argument of the fake class.
template <typename Value>
using Named = std::tuple<std::string, Value>;

// Two integers that scale tensors.
class Foo final : public torch::CustomClassHolder {
 public:
  Foo(int64_t x, int64_t y) : x_(x), y_(y) {}

  int64_t x() const { return x_; }
  int64_t y() const { return y_; }

  int64_t info() { return x_ * y_; }
  int64_t add(int64_t z) { return (x_ + y_) * z; }
  at::Tensor add_tensor(const at::Tensor& z) { return at::mul(z, x_ + y_); }
  int64_t combine(const c10::intrusive_ptr<Foo>& other) { return info() + other->info(); }
  bool equals(const c10::intrusive_ptr<Foo>& other) { return x_ == other->x_ && y_ == other->y_; }

  void increment(int64_t z) {
    x_ += z;
    y_ += z;
  }

  std::tuple<Named<int64_t>, Named<int64_t>> flatten() { return {{"x", x_}, {"y", y_}}; }

 private:
  int64_t x_;
  int64_t y_;
};

// First in, first out; an empty queue pops the tensor that it was made with.
class TensorQueue final : public torch::CustomClassHolder {
 public:
  using State = std::tuple<at::Tensor, Tensors>;

  explicit TensorQueue(at::Tensor init) : init_(std::move(init)) {}

  static c10::intrusive_ptr<TensorQueue> from_state(State state) {
    auto queue = c10::make_intrusive<TensorQueue>(std::get<0>(state));
    for (auto& tensor : std::get<1>(state)) {
      queue->push(std::move(tensor));
    }
    return queue;
  }

  State state() const { return {at::clone(init_), clones()}; }

  void push(at::Tensor tensor) { tensors_.push_back(std::move(tensor)); }
  at::Tensor top() { return tensors_.empty() ? init_ : tensors_.front(); }

  at::Tensor pop() {
    at::Tensor first = top();
    if (!tensors_.empty()) {
      tensors_.pop_front();
    }
    return first;
  }

  bool is_empty() { return tensors_.empty(); }
  int64_t size() { return static_cast<int64_t>(tensors_.size()); }
  double float_size() { return static_cast<double>(tensors_.size()); }
  Tensors raw() { return Tensors(tensors_.begin(), tensors_.end()); }
  std::tuple<Named<Tensors>> flatten() { return {{"queue", raw()}}; }

  Tensors clones() const {
    Tensors copies;
    for (const auto& tensor : tensors_) {
      copies.push_back(at::clone(tensor));
    }
    return copies;
  }

 private:
  at::Tensor init_;
  std::deque<at::Tensor> tensors_;
};

// A tensor and how tracers may see it: the base of the three holders below.
class TensorHolder : public torch::CustomClassHolder {
 public:
  explicit TensorHolder(at::Tensor t) : t_(std::move(t)) {}

 protected:
  at::Tensor t_;
};

// Flattens to its tensor.
class ContainsTensor final : public TensorHolder {
 public:
  using TensorHolder::TensorHolder;
  at::Tensor get() { return t_; }
  std::tuple<Named<at::Tensor>> flatten() { return {{"t", t_}}; }
};

// Runs a tensor operator in order to flatten.
class FlattenWithTensorOp final : public TensorHolder {
 public:
  using TensorHolder::TensorHolder;
  at::Tensor get() { return t_; }
  std::tuple<Named<at::Tensor>> flatten() { return {{"t", at::sin(t_)}}; }
};

// Never changes, so tracing may use the object itself in place of a fake one.
class ConstantTensorContainer final : public TensorHolder {
 public:
  using TensorHolder::TensorHolder;
  at::Tensor get() { return t_; }
  std::string tracing_mode() { return "real"; }
};

// Some integers; an argument for the operators that no fake class covers.
class PickleTester final : public torch::CustomClassHolder {
 public:
  explicit PickleTester(std::vector<int64_t> values) : values_(std::move(values)) {}
  std::vector<int64_t> values() const { return values_; }
  int64_t top() { return values_.back(); }

 private:
  std::vector<int64_t> values_;
};

using FooPtr = c10::intrusive_ptr<Foo>;
using QueuePtr = c10::intrusive_ptr<TensorQueue>;
using PickleTesterPtr = c10::intrusive_ptr<PickleTester>;

at::Tensor takes_foo(const FooPtr& foo, const at::Tensor& x) {
  return foo->add_tensor(x);
}

std::tuple<at::Tensor, at::Tensor> takes_foo_tuple_return(const FooPtr& foo, const at::Tensor& x) {
  at::Tensor a = foo->add_tensor(x);
  at::Tensor b = foo->add_tensor(a);
  return {a, b};
}

Tensors takes_foo_list_return(const FooPtr& foo, const at::Tensor& x) {
  const auto [a, b] = takes_foo_tuple_return(foo, x);
  return {a, b, foo->add_tensor(b)};
}

at::Tensor takes_foo_tensor_return(const FooPtr& foo, const at::Tensor& /*x*/) {
  return at::ones({foo->x(), foo->y()}, at::kInt);
}

at::Tensor take_an_instance(const PickleTesterPtr& instance) {
  return at::zeros({instance->top(), 4});
}

void queue_push(const QueuePtr& queue, const at::Tensor& x) {
  queue->push(x);
}

at::Tensor queue_pop(const QueuePtr& queue) {
  return queue->pop();
}

int64_t queue_size(const QueuePtr& queue) {
  return queue->size();
}

}  // namespace

// The first argument in the operators' schemas: an object of a class of this library.
#define FOO "__torch__.torch.classes._TorchScriptTesting._Foo foo"
#define QUEUE "__torch__.torch.classes._TorchScriptTesting._TensorQueue foo"
#define PICKLE_TESTER "__torch__.torch.classes._TorchScriptTesting._PickleTester x"

TORCH_LIBRARY(_TorchScriptTesting, library) {
  library.class_<Foo>("_Foo")
      .def(torch::init<int64_t, int64_t>())
      .def("info", &Foo::info)
      .def("increment", &Foo::increment)
      .def("add", &Foo::add)
      .def("add_tensor", &Foo::add_tensor)
      .def("__eq__", &Foo::equals)
      .def("combine", &Foo::combine)
      .def("__obj_flatten__", &Foo::flatten)
      .def_pickle(
          [](const FooPtr& self) { return std::vector<int64_t>{self->x(), self->y()}; },
          [](std::vector<int64_t> state) { return c10::make_intrusive<Foo>(state.at(0), state.at(1)); });

  library.class_<TensorQueue>("_TensorQueue")
      .def(torch::init<at::Tensor>())
      .def("push", &TensorQueue::push)
      .def("pop", &TensorQueue::pop)
      .def("top", &TensorQueue::top)
      .def("is_empty", &TensorQueue::is_empty)
      .def("float_size", &TensorQueue::float_size)
      .def("size", &TensorQueue::size)
      .def("clone_queue", [](const QueuePtr& self) { return self->clones(); })
      .def("get_raw_queue", &TensorQueue::raw)
      .def("__obj_flatten__", &TensorQueue::flatten)
      .def_pickle(
          [](const QueuePtr& self) { return self->state(); },
          [](TensorQueue::State state) { return TensorQueue::from_state(std::move(state)); });

  library.class_<ContainsTensor>("_ContainsTensor")
      .def(torch::init<at::Tensor>())
      .def("get", &ContainsTensor::get)
      .def("__obj_flatten__", &ContainsTensor::flatten);

  library.class_<FlattenWithTensorOp>("_FlattenWithTensorOp")
      .def(torch::init<at::Tensor>())
      .def("get", &FlattenWithTensorOp::get)
      .def("__obj_flatten__", &FlattenWithTensorOp::flatten);

  library.class_<ConstantTensorContainer>("_ConstantTensorContainer")
      .def(torch::init<at::Tensor>())
      .def("get", &ConstantTensorContainer::get)
      .def("tracing_mode", &ConstantTensorContainer::tracing_mode);

  library.class_<PickleTester>("_PickleTester")
      .def(torch::init<std::vector<int64_t>>())
      .def("top", &PickleTester::top)
      .def_pickle(
          [](const PickleTesterPtr& self) { return self->values(); },
          [](std::vector<int64_t> state) { return c10::make_intrusive<PickleTester>(std::move(state)); });

  library.def("takes_foo(" FOO ", Tensor x) -> Tensor");
  library.def("takes_foo_python_meta(" FOO ", Tensor x) -> Tensor");
  library.def("takes_foo_list_return(" FOO ", Tensor x) -> Tensor[]");
  library.def("takes_foo_tuple_return(" FOO ", Tensor x) -> (Tensor, Tensor)");
  library.def("takes_foo_tensor_return(" FOO ", Tensor x) -> Tensor");
  library.def("takes_foo_cia(" FOO ", Tensor x) -> Tensor");
  library.def("queue_push(" QUEUE ", Tensor x) -> ()");
  library.def("queue_pop(" QUEUE ") -> Tensor");
  library.def("queue_size(" QUEUE ") -> int");
  library.def("take_an_instance(" PICKLE_TESTER ") -> Tensor Y", take_an_instance);
  library.def("take_an_instance_inferred", take_an_instance);
}

TORCH_LIBRARY_IMPL(_TorchScriptTesting, CPU, library) {
  library.impl("takes_foo", takes_foo);
  library.impl("takes_foo_list_return", takes_foo_list_return);
  library.impl("takes_foo_tuple_return", takes_foo_tuple_return);
  library.impl("takes_foo_tensor_return", takes_foo_tensor_return);
  library.impl("queue_push", queue_push);
  library.impl("queue_pop", queue_pop);
  library.impl("queue_size", queue_size);
}

// `takes_foo_python_meta` has no kernel at all: its only implementation is the fake one in Python.
TORCH_LIBRARY_IMPL(_TorchScriptTesting, Meta, library) {
  library.impl("takes_foo", takes_foo);
  library.impl("takes_foo_list_return", takes_foo_list_return);
  library.impl("takes_foo_tuple_return", takes_foo_tuple_return);
}

TORCH_LIBRARY_IMPL(_TorchScriptTesting, CompositeImplicitAutograd, library) {
  library.impl("takes_foo_cia", takes_foo);
}

// Without a tensor argument nothing else leads the dispatcher to these two.
TORCH_LIBRARY_IMPL(_TorchScriptTesting, BackendSelect, library) {
  library.impl("queue_pop", queue_pop);
  library.impl("queue_size", queue_size);
}
