#include "core/config/config_report.hpp"

#include <algorithm>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace gateway::config {

namespace {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

// Control characters would let a value move the cursor or start a line, and marks of direction (Unicode UAX
// #9) let it look like something else.
std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) {
      return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const bool is_c1 = byte(i) == 0xc2 && byte(i + 1) >= 0x80 && byte(i + 1) < 0xa0;
    const bool is_mark =
        byte(i) == 0xe2 && ((byte(i + 1) == 0x80 && byte(i + 2) >= 0xaa && byte(i + 2) <= 0xae) ||
                            (byte(i + 1) == 0x81 && byte(i + 2) >= 0xa6 && byte(i + 2) <= 0xa9));
    if (byte(i) < 0x20 || byte(i) == 0x7f || is_c1 || is_mark) {
      out += '?';
      i += is_mark ? 2 : is_c1 ? 1 : 0;
    } else {
      out += text[i];
    }
  }
  return out;
}

void append_fault(std::string& out, const char* kind, const Fault& fault) {
  out += std::string(kind) + ": " + printable(fault.path) + ": " + printable(fault.problem);
  if (!fault.layer.empty()) out += " [" + printable(fault.layer) + "]";
  out += '\n';
  if (!fault.hint.empty()) out += "  " + printable(fault.hint) + '\n';
}

void write_member(JsonWriter& writer, const char* name, const std::string& value) {
  writer.Key(name);
  writer.String(value);
}

void write_faults(JsonWriter& writer, const char* name, const Faults& faults) {
  writer.Key(name);
  writer.StartArray();
  for (const Fault& fault : faults) {
    writer.StartObject();
    write_member(writer, "path", fault.path);
    write_member(writer, "problem", fault.problem);
    write_member(writer, "hint", fault.hint);
    write_member(writer, "layer", fault.layer);
    writer.EndObject();
  }
  writer.EndArray();
}

std::string count_of(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

std::string fault_line(const Fault& fault) {
  std::string text = printable(fault.path) + ": " + printable(fault.problem);
  if (!fault.layer.empty()) text += " (from " + printable(fault.layer) + ")";
  if (!fault.hint.empty()) text += "; " + printable(fault.hint);
  return text;
}

std::string check_report(const CheckedConfiguration& checked, ReportFormat format) {
  if (format == ReportFormat::Json) {
    rapidjson::StringBuffer buffer;
    JsonWriter writer(buffer);
    writer.StartObject();
    writer.Key("ok");
    writer.Bool(checked.ok());
    write_faults(writer, "faults", checked.faults);
    write_faults(writer, "warnings", checked.warnings);
    writer.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
  }
  std::string out;
  for (const Fault& fault : checked.faults)
    append_fault(out, "fault", fault);
  for (const Fault& warning : checked.warnings)
    append_fault(out, "warning", warning);
  out += "configuration (" + printable(checked.config.environment) + "): ";
  out += checked.ok() ? "sound" : count_of(checked.faults.size(), "fault");
  if (!checked.warnings.empty()) out += ", " + count_of(checked.warnings.size(), "warning");
  return out + "\n";
}

std::string show_report(const CheckedConfiguration& checked, ReportFormat format) {
  if (format == ReportFormat::Json) {
    rapidjson::StringBuffer buffer;
    JsonWriter writer(buffer);
    writer.StartObject();
    write_member(writer, "environment", checked.config.environment);
    writer.Key("values");
    writer.StartArray();
    for (const ShownValue& shown : checked.values) {
      writer.StartObject();
      write_member(writer, "path", shown.path);
      write_member(writer, "value", shown.value);
      write_member(writer, "layer", shown.layer);
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
  }
  std::string out;
  for (const ShownValue& shown : checked.values)
    out += printable(shown.path) + " = " + printable(shown.value) + "  [" + printable(shown.layer) + "]\n";
  return out;
}

}  // namespace gateway::config
