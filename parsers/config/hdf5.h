// The texts that an HDF5 file holds as attributes of its root group: where Keras keeps a model's
// configuration. HDF5 File Format Specification 3.0, https://docs.hdfgroup.org/hdf5/v1_14/
// _f_m_t3.html
//
// The HDF Group's library is not used. Measured with Debian 12's libhdf5_serial.a (1.10.8): it
// links statically, without libcurl, for 3.7 MB, and opens an image in memory in under 10 ms; but
// of 60 000 copies of two real files of Keras with one to six bytes changed, 36 made it crash (a
// wild read or write) and 16 kept it busy for more than five seconds. Damaged files are what this
// program is for.
#ifndef ONNXCHECK_PARSERS_CONFIG_HDF5_H_
#define ONNXCHECK_PARSERS_CONFIG_HDF5_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers {

struct Hdf5Attribute {
  std::string name;
  std::string_view text;     // in the file's bytes, without the zeros behind it
  std::uint64_t offset = 0;  // of text
};

struct Hdf5Attributes {
  std::vector<Hdf5Attribute> texts;  // in file order
  bool truncated = false;            // the file is shorter than it says it is
  std::string problem;               // what stopped the walk; empty: it was read to its end
};

// True if the bytes begin as an HDF5 file does.
bool IsHdf5(std::string_view bytes);

// Superblocks 0 to 3, object headers 1 and 2, strings of fixed and of variable length. Attributes
// of other types, arrays, and those in dense storage (more than eight under libver="latest") are
// passed over. Linear in the header; nothing is allocated but names.
Hdf5Attributes ReadHdf5Attributes(std::string_view bytes);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_HDF5_H_
