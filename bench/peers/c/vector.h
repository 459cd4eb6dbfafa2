/* Vectors of floats, as wide as the machine that is compiled for has them. */
#ifdef __AVX__
#define LANES 8
#else
#define LANES 4
#endif

typedef float vector __attribute__((vector_size(LANES * 4), aligned(4)));
typedef int integers __attribute__((vector_size(LANES * 4), aligned(4)));
