#include "simulator/watch.h"
