// trap.h: a kernel that touches memory which is not there ends its grid, not the process.
#pragma once

namespace simulator
{

/// Holds while a grid runs. Device memory lies between pages that fault, and freed memory faults as a whole: what a
/// kernel of the plain flavour touches there becomes an illegal address, as on a GPU. Faults outside kernels go on to
/// whoever handled them before. The address sanitizer has its own word on such accesses, and keeps it.
class Trap
{
public:
    Trap();
    Trap(const Trap&) = delete;
    ~Trap();
};

}  // namespace simulator
